#include <hdf5.h>

#include <algorithm>
#include <array>
#include <limits>

#include "libcore/io/hdf5_driver.h"
#include "libcore/io/hdf5_handle.h"
#include "libcore/io/hdf5_walk.h"

namespace daybreak::io {
namespace {

using Offset = std::array<hsize_t, H5S_MAX_RANK>;

/// HDF5 1.10 can list chunks only by walking the index anew for each (quadratic). Asking it to read the chunk at given
/// coordinates takes one look-up, so where most of the grid is stored we ask for each cell and note where HDF5 reads.
class ChunkLister {
 public:
  ChunkLister(hid_t dataset, hid_t creation, const Hdf5Dataset& described)
      : dataset_(dataset), described_(described), grid_(described.grid()) {
    unsigned options = 0;
    hdf5_check(H5Pget_chunk_opts(creation, &options), "read chunk options");
    edges_unfiltered_ = (options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) != 0;
  }

  std::vector<Hdf5Chunk> by_cell(std::uint64_t cells, std::uint64_t expected) {
    std::vector<Hdf5Chunk> chunks;
    for (std::uint64_t index = 0; index < cells && chunks.size() < expected; ++index)
      look_up(index, chunks);
    return chunks;
  }

  std::vector<Hdf5Chunk> by_number(hid_t space, std::uint64_t expected) {
    std::vector<Hdf5Chunk> chunks;
    for (std::uint64_t number = 0; number < expected; ++number) {
      Offset offset{};
      hdf5_check(H5Dget_chunk_info(dataset_, space, number, offset.data(), nullptr, nullptr, nullptr), "list chunks");
      look_up(index_of(offset), chunks);
    }
    std::sort(chunks.begin(), chunks.end(), [](const auto& a, const auto& b) { return a.index < b.index; });
    return chunks;
  }

 private:
  Offset offset_of(std::uint64_t index) const {
    Offset offset{};
    for (std::size_t axis = grid_.size(); axis-- > 0;) {
      offset[axis] = index % grid_[axis] * described_.chunk_shape[axis];
      index /= grid_[axis];
    }
    return offset;
  }

  std::uint64_t index_of(const Offset& offset) const {
    std::uint64_t index = 0;
    for (std::size_t axis = 0; axis < grid_.size(); ++axis)
      index = index * grid_[axis] + offset[axis] / described_.chunk_shape[axis];
    return index;
  }

  bool is_partial(const Offset& offset) const {
    for (std::size_t axis = 0; axis < grid_.size(); ++axis)
      if (described_.shape[axis] - offset[axis] < described_.chunk_shape[axis]) return true;
    return false;
  }

  void look_up(std::uint64_t index, std::vector<Hdf5Chunk>& chunks) {
    const Offset offset = offset_of(index);
    std::uint32_t mask = 0;
    char nothing = 0;
    probe_.forget();
    if (H5Dread_chunk(dataset_, H5P_DEFAULT, offset.data(), &mask, &nothing) < 0 || !probe_.seen()) return;
    if (edges_unfiltered_ && is_partial(offset)) mask = ~std::uint32_t{0};
    chunks.push_back({index, probe_.address(), probe_.bytes(), mask});
  }

  hid_t dataset_;
  const Hdf5Dataset& described_;
  Shape grid_;
  bool edges_unfiltered_ = false;
  ReadProbe probe_;
};

/// The cells of the grid, or the largest number where they are more.
std::uint64_t cells_of(const Shape& grid) {
  std::uint64_t cells = 1;
  for (const std::uint64_t extent : grid)
    if (extent == 0) return 0;
  for (const std::uint64_t extent : grid) {
    if (cells > std::numeric_limits<std::uint64_t>::max() / extent) return std::numeric_limits<std::uint64_t>::max();
    cells *= extent;
  }
  return cells;
}

}  // namespace

std::vector<Hdf5Chunk> list_chunks(std::int64_t dataset, std::int64_t space, std::int64_t creation,
                                   const Hdf5Dataset& described) {
  if (described.chunk_shape.size() != described.shape.size()) throw Hdf5Fault("a chunk shape has the wrong axes");
  for (const std::uint64_t extent : described.chunk_shape)
    if (extent == 0) throw Hdf5Fault("a chunk shape is empty");
  const std::uint64_t cells = cells_of(described.grid());
  hsize_t expected = 0;
  if (cells == 0) return {};
  hdf5_check(H5Dget_num_chunks(dataset, space, &expected), "count chunks");
  if (expected == 0) return {};
  if (expected > cells) throw Hdf5Fault("a dataset has more chunks than its shape");
  constexpr std::uint64_t kDenseEnough = 64;
  ChunkLister lister(dataset, creation, described);
  std::vector<Hdf5Chunk> chunks = cells / expected <= kDenseEnough ? lister.by_cell(cells, expected)
                                                                   : lister.by_number(space, expected);
  if (chunks.size() != expected) throw Hdf5Fault("chunks are listed that cannot be found");
  return chunks;
}

}  // namespace daybreak::io
