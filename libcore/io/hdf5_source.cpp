#include "libcore/io/hdf5_source.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <exception>
#include <future>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/hdf5_chunk_cache.h"
#include "libcore/io/hdf5_chunks.h"
#include "libcore/io/layout.h"

namespace daybreak::io {
namespace {

/// A block of the array, given by its corner and its extents; the bytes of an element are its last axis.
struct Block {
  Shape corner, extent;
};

std::uint64_t product(const Shape& shape, std::size_t first) {
  std::uint64_t value = 1;
  for (std::size_t axis = first; axis < shape.size(); ++axis) value *= shape[axis];
  return value;
}

/// Cuts bytes [begin, end) of an array into blocks, in order: at most two for each axis and one between.
void cut(const Shape& shape, std::size_t axis, Shape& corner, std::uint64_t begin, std::uint64_t end,
         std::vector<Block>& blocks) {
  if (begin >= end) return;
  const std::uint64_t stride = product(shape, axis + 1);
  const auto take = [&](std::uint64_t first, std::uint64_t count) {
    Block block{corner, Shape(shape.size(), 1)};
    block.corner[axis] = first;
    block.extent[axis] = count;
    for (std::size_t inner = axis + 1; inner < shape.size(); ++inner) block.extent[inner] = shape[inner];
    blocks.push_back(std::move(block));
  };
  const auto descend = [&](std::uint64_t row, std::uint64_t from, std::uint64_t to) {
    corner[axis] = row;
    cut(shape, axis + 1, corner, from, to, blocks);
    corner[axis] = 0;
  };
  std::uint64_t first = begin / stride;
  const std::uint64_t last = end / stride, head = begin % stride, tail = end % stride;
  if (head != 0 && first == last) return descend(first, head, tail);
  if (head != 0) descend(first++, head, stride);
  if (first < last) take(first, last - first);
  if (tail != 0) descend(last, 0, tail);
}

/// Copies a block between two arrays that both hold it; offsets are those of its corner in each.
void copy_block(const Shape& extent, const std::byte* from, const Shape& from_stride, std::byte* to,
                const Shape& to_stride, std::size_t axis) {
  if (axis + 1 == extent.size()) {
    std::memcpy(to, from, extent[axis]);
    return;
  }
  if (axis + 2 == extent.size() && from_stride[axis] == extent[axis + 1] && to_stride[axis] == extent[axis + 1]) {
    std::memcpy(to, from, extent[axis] * extent[axis + 1]);
    return;
  }
  for (std::uint64_t k = 0; k < extent[axis]; ++k)
    copy_block(extent, from + k * from_stride[axis], from_stride, to + k * to_stride[axis], to_stride, axis + 1);
}

Shape strides_of(const Shape& shape) {
  Shape strides(shape.size());
  for (std::size_t axis = 0; axis < shape.size(); ++axis) strides[axis] = product(shape, axis + 1);
  return strides;
}

class Hdf5Source : public ArraySource {
 public:
  Hdf5Source(std::shared_ptr<const InputFile> file, std::shared_ptr<const Hdf5Dataset> dataset, std::shared_ptr<Hdf5ChunkCache> cache,
             std::size_t number, std::int64_t threads)
      : file_(std::move(file)), shared_(std::move(dataset)), dataset_(*shared_), info_{dataset_.path, dataset_.type, dataset_.shape},
        bytes_(info_.bytes()), cache_(std::move(cache)), number_(number), threads_(threads) {}

  const ArrayInfo& info() const override { return info_; }

  void read(std::uint64_t offset, std::span<std::byte> out) const override {
    if (offset > bytes_ || out.size() > bytes_ - offset)
      throw Error(ExitStatus::bug, "a read past the end of an array", {}, file_->name() + ": " + info_.name);
    if (out.empty()) return;
    if (dataset_.storage == Hdf5Storage::chunked) return read_chunks(offset, out);
    read_row(offset, out);
  }

 private:
  /// Elements that stand in one piece: whole elements are read, put in order and cut to the range.
  void read_row(std::uint64_t offset, std::span<std::byte> out) const {
    const std::size_t width = dtype_bytes(dataset_.type);
    const std::uint64_t begin = offset / width * width, end = (offset + out.size() + width - 1) / width * width;
    if (begin == offset && end == offset + out.size()) return read_elements(begin, out);
    std::vector<std::byte> whole(end - begin);
    read_elements(begin, whole);
    std::memcpy(out.data(), whole.data() + (offset - begin), out.size());
  }

  void read_elements(std::uint64_t offset, std::span<std::byte> out) const {
    if (dataset_.storage == Hdf5Storage::contiguous && dataset_.address == kHdf5Nowhere)
      return fill_elements(dataset_, out);
    if (dataset_.storage == Hdf5Storage::compact)
      std::memcpy(out.data(), dataset_.inline_bytes.data() + offset, out.size());
    else
      file_->read_at(dataset_.address + offset, out);
    if (dataset_.big_endian) swap_bytes(out, dtype_bytes(dataset_.type));
  }

  void read_chunks(std::uint64_t offset, std::span<std::byte> out) const {
    Shape shape = dataset_.shape, corner(shape.size() + 1, 0);
    shape.push_back(dtype_bytes(dataset_.type));
    std::vector<Block> blocks;
    cut(shape, 0, corner, offset, offset + out.size(), blocks);
    std::byte* to = out.data();
    for (const Block& block : blocks) {
      read_block(block, to);
      to += product(block.extent, 0);
    }
  }

  /// Takes what a block wants out of each chunk that it touches; of several broken chunks the first is told of. Chunks
  /// are taken one by one, for one may cost many times what another does.
  void read_block(const Block& block, std::byte* to) const {
    const std::vector<Shape> cells = cells_of(block);
    std::atomic<std::size_t> next = 0;
    std::vector<std::exception_ptr> faults(cells.size());
    const auto copy = [&] {
      for (std::size_t k = next++; k < cells.size(); k = next++) try {
          copy_out_of(cells[k], block, to);
        } catch (...) {
          faults[k] = std::current_exception();
          next = cells.size();  // whoever has an earlier chunk is at work on it
        }
    };
    const std::size_t crew = std::clamp<std::size_t>(static_cast<std::size_t>(threads_), 1, cells.size());
    std::vector<std::future<void>> others;
    for (std::size_t worker = 1; worker < crew; ++worker)
      others.push_back(std::async(std::launch::async, copy));
    copy();
    for (std::future<void>& other : others) other.get();
    for (const std::exception_ptr& fault : faults)
      if (fault) std::rethrow_exception(fault);
  }

  /// The places in the grid of the chunks that a block touches, in the order of their numbers.
  std::vector<Shape> cells_of(const Block& block) const {
    const std::size_t axes = dataset_.shape.size();
    Shape first(axes), last(axes);
    for (std::size_t axis = 0; axis < axes; ++axis) {
      first[axis] = block.corner[axis] / dataset_.chunk_shape[axis];
      last[axis] = (block.corner[axis] + block.extent[axis] - 1) / dataset_.chunk_shape[axis];
    }
    std::vector<Shape> cells;
    Shape cell = first;
    for (;;) {
      cells.push_back(cell);
      std::size_t axis = axes;
      while (axis > 0 && cell[axis - 1] == last[axis - 1]) {
        --axis;
        cell[axis] = first[axis];
      }
      if (axis == 0) return cells;
      ++cell[axis - 1];
    }
  }

  void copy_out_of(const Shape& cell, const Block& block, std::byte* to) const {
    const Shape grid = dataset_.grid();
    Shape chunk = dataset_.chunk_shape;
    chunk.push_back(dtype_bytes(dataset_.type));
    const Shape from_stride = strides_of(chunk), to_stride = strides_of(block.extent);
    Shape extent = block.extent;
    std::uint64_t index = 0, from_offset = block.corner.back(), to_offset = 0;
    for (std::size_t axis = 0; axis < cell.size(); ++axis) {
      const std::uint64_t start = cell[axis] * chunk[axis];
      const std::uint64_t begin = std::max(start, block.corner[axis]);
      const std::uint64_t end = std::min(start + chunk[axis], block.corner[axis] + block.extent[axis]);
      extent[axis] = end - begin;
      from_offset += (begin - start) * from_stride[axis];
      to_offset += (begin - block.corner[axis]) * to_stride[axis];
      index = index * grid[axis] + cell[axis];
    }
    const Hdf5Chunk* stored = dataset_.find(index);
    const bool whole = extent == chunk && to_stride == from_stride;
    if (stored != nullptr && whole && cache_->find({number_, index}) == nullptr)
      // Who takes a whole chunk has no need of it again: straight to where it is wanted.
      decode_chunk(dataset_, *stored, *file_, {to + to_offset, dataset_.chunk_bytes()});
    else if (stored != nullptr)
      copy_block(extent, chunk_bytes(*stored)->data() + from_offset, from_stride, to + to_offset, to_stride, 0);
    else
      copy_fill(extent, block.corner.back(), to + to_offset, to_stride);
  }

  /// The fill value as if it were a chunk of one element: all strides but the element's own are none.
  void copy_fill(const Shape& extent, std::uint64_t first_byte, std::byte* to, const Shape& to_stride) const {
    std::vector<std::byte> element(dtype_bytes(dataset_.type));
    fill_elements(dataset_, element);
    Shape stay(extent.size(), 0);
    stay.back() = 1;
    copy_block(extent, element.data() + first_byte, stay, to, to_stride, 0);
  }

  Hdf5ChunkCache::Bytes chunk_bytes(const Hdf5Chunk& stored) const {
    const Hdf5ChunkCache::Key key{number_, stored.index};
    if (Hdf5ChunkCache::Bytes kept = cache_->find(key); kept != nullptr) return kept;
    auto bytes = std::make_shared<std::vector<std::byte>>(dataset_.chunk_bytes());
    decode_chunk(dataset_, stored, *file_, *bytes);
    cache_->keep(key, bytes);
    return bytes;
  }

  std::shared_ptr<const InputFile> file_;
  std::shared_ptr<const Hdf5Dataset> shared_;
  const Hdf5Dataset& dataset_;
  ArrayInfo info_;
  std::uint64_t bytes_;
  std::shared_ptr<Hdf5ChunkCache> cache_;
  std::size_t number_;  // of this array among those that share the cache
  std::int64_t threads_;
};

}  // namespace

std::vector<std::unique_ptr<ArraySource>> hdf5_sources(const std::shared_ptr<const InputFile>& file,
                                                       std::vector<Hdf5Dataset> datasets, std::int64_t threads,
                                                       const std::shared_ptr<Hdf5ChunkCache>& cache) {
  std::vector<std::unique_ptr<ArraySource>> sources;
  for (Hdf5Dataset& dataset : datasets)
    sources.push_back(hdf5_source(file, std::make_shared<const Hdf5Dataset>(std::move(dataset)), threads, cache, sources.size()));
  return sources;
}

std::unique_ptr<ArraySource> hdf5_source(std::shared_ptr<const InputFile> file, std::shared_ptr<const Hdf5Dataset> dataset,
                                         std::int64_t threads, std::shared_ptr<Hdf5ChunkCache> cache, std::size_t number) {
  return std::make_unique<Hdf5Source>(std::move(file), std::move(dataset), std::move(cache), number, threads);
}

std::shared_ptr<Hdf5ChunkCache> hdf5_chunk_cache() {
  constexpr std::size_t kCacheBytes = std::size_t{64} << 20;
  return std::make_shared<Hdf5ChunkCache>(kCacheBytes);
}

}  // namespace daybreak::io
