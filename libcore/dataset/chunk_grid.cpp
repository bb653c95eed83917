#include "libcore/dataset/chunk_grid.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"

namespace daybreak::dataset {
namespace {

constexpr std::uint64_t kUncutRows = 4;  // a row of up to this many targets stays whole

std::uint64_t divided_up(std::uint64_t value, std::uint64_t by) {
  return value / by + (value % by != 0 ? 1 : 0);
}

/// Chunks along one dimension.
std::uint64_t chunks_along(const ChunkGrid& grid, std::size_t axis) {
  return divided_up(grid.shape[axis], grid.chunk[axis]);
}

/// Completes a grid whose chunks have extent 1 before `axis` and are whole behind it.
ChunkGrid with_chunks(ChunkGrid grid, io::Shape chunk, std::size_t axis) {
  grid.chunk = std::move(chunk);
  grid.axis = axis;
  grid.chunk_bytes = grid.element_bytes;
  for (const std::uint64_t extent : grid.chunk) grid.chunk_bytes *= extent;
  grid.count = chunks_along(grid, axis);
  for (std::size_t before = 0; before < axis; ++before) grid.count *= grid.shape[before];
  return grid;
}

}  // namespace

ChunkGrid whole_grid(const io::ArrayInfo& array) {
  ChunkGrid grid;
  grid.shape = array.shape;
  grid.element_bytes = io::dtype_bytes(array.type);
  return grid;
}

ChunkGrid make_grid(const io::ArrayInfo& array, std::uint64_t target_bytes) {
  ChunkGrid grid = whole_grid(array);
  const std::uint64_t bytes = array.bytes();
  if (array.shape.empty() || bytes == 0) return grid;

  io::Shape chunk(array.shape.size(), 1);
  std::uint64_t row_bytes = bytes;
  std::size_t axis = 0;
  for (;; ++axis) {
    row_bytes /= array.shape[axis];
    const bool last = axis + 1 == array.shape.size();
    if (last || row_bytes <= target_bytes * kUncutRows) break;
  }
  const std::uint64_t rows = array.shape[axis];
  const std::uint64_t most = std::clamp<std::uint64_t>(target_bytes / row_bytes, 1, rows);
  chunk[axis] = divided_up(rows, divided_up(rows, most));
  const auto behind = static_cast<std::ptrdiff_t>(axis) + 1;
  std::copy(array.shape.begin() + behind, array.shape.end(), chunk.begin() + behind);
  return with_chunks(std::move(grid), std::move(chunk), axis);
}

ChunkGrid grid_of_chunks(const io::ArrayInfo& array, const io::Shape& chunk, const std::string& where) {
  ChunkGrid grid = whole_grid(array);
  if (chunk.empty()) return grid;
  // The last dimension that is cut; all before it must have extent 1, or a chunk is no run of bytes.
  std::size_t axis = chunk.size();
  while (axis > 0 && axis <= array.shape.size() && chunk[axis - 1] == array.shape[axis - 1]) --axis;
  axis = axis == 0 ? 0 : axis - 1;
  bool holds = array.bytes() > 0 && chunk.size() == array.shape.size();
  for (std::size_t i = 0; holds && i < chunk.size(); ++i)
    holds = chunk[i] > 0 && chunk[i] <= array.shape[i] && (i >= axis || chunk[i] == 1);
  if (!holds) throw data_error(where, "the chunks of \"" + array.name + "\" are not cut along rows");
  return with_chunks(std::move(grid), chunk, axis);
}

std::uint64_t ChunkGrid::ordinal_at(std::uint64_t offset_bytes) const {
  const std::uint64_t row = offset_bytes / (chunk_bytes / chunk[axis]);
  return row / shape[axis] * chunks_along(*this, axis) + row % shape[axis] / chunk[axis];
}

ChunkPlace ChunkGrid::place(std::uint64_t ordinal) const {
  const std::uint64_t along = chunks_along(*this, axis);
  const std::uint64_t row_bytes = chunk_bytes / chunk[axis];
  ChunkPlace result;
  result.first.assign(shape.size(), 0);
  const std::uint64_t row = ordinal % along * chunk[axis];
  std::uint64_t outer = ordinal / along;
  result.offset_bytes = (outer * shape[axis] + row) * row_bytes;
  result.valid_bytes = std::min(chunk[axis], shape[axis] - row) * row_bytes;
  result.first[axis] = row;
  for (std::size_t before = axis; before-- > 0;) {
    result.first[before] = outer % shape[before];
    outer /= shape[before];
  }
  return result;
}

}  // namespace daybreak::dataset
