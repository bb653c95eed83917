#include "libcore/io/hdf5_chunks.h"

#include <algorithm>
#include <memory>

#include "libcore/base/error.h"
#include "libcore/io/hdf5_filters.h"
#include "libcore/io/layout.h"

namespace daybreak::io {
namespace {

bool applies(const Hdf5Chunk& chunk, std::size_t step) {
  return (chunk.filter_mask >> step & 1u) == 0;
}

bool keeps_size(std::uint16_t id) {
  return id == kHdf5Shuffle || id == kHdf5Fletcher32;
}

/// How many bytes a step may give back: exact where only size-keeping steps lie below it, else with room for what a
/// compressor below may have added.
struct Room {
  std::uint64_t bytes;
  bool exact;
};

Room room_below(const Hdf5Dataset& dataset, const Hdf5Chunk& chunk, std::size_t step) {
  Room room{dataset.chunk_bytes(), true};
  for (std::size_t k = 0; k < step; ++k) {
    if (!applies(chunk, k)) continue;
    if (dataset.filters[k].id == kHdf5Fletcher32) room.bytes += 4;
    if (!keeps_size(dataset.filters[k].id)) room.exact = false;
  }
  if (!room.exact) room.bytes += room.bytes / 8 + 4096;
  return room;
}

/// The first step that this chunk went through and nobody here can undo, or -1.
int unknown_step(const Hdf5Dataset& dataset, const Hdf5Chunk& chunk) {
  for (std::size_t step = 0; step < dataset.filters.size(); ++step)
    if (applies(chunk, step) && !is_known_filter(dataset.filters[step].id)) return static_cast<int>(step);
  return -1;
}

/// The file and its bytes of one chunk, taken through the pipeline from its last step to its first.
class Decoder {
 public:
  Decoder(const Hdf5Dataset& dataset, const Hdf5Chunk& chunk, const InputFile& file)
      : dataset_(dataset), chunk_(chunk), file_(file) {}

  void run(std::span<std::byte> out) const {
    std::size_t steps = dataset_.filters.size();
    while (steps > 0 && !applies(chunk_, steps - 1)) --steps;
    if (steps == 0) return read_plain(out);
    auto held = std::make_unique_for_overwrite<std::byte[]>(chunk_.stored_bytes);
    std::span<std::byte> data(held.get(), chunk_.stored_bytes);
    file_.read_at(chunk_.address, data);
    std::size_t first = 0;
    while (!applies(chunk_, first)) ++first;
    for (std::size_t step = steps; step-- > first;) {
      if (!applies(chunk_, step)) continue;
      const Room room = room_below(dataset_, chunk_, step);
      auto next = step == first ? nullptr : std::make_unique_for_overwrite<std::byte[]>(room.bytes);
      const std::span<std::byte> target = step == first ? out : std::span(next.get(), room.bytes);
      const Unfiltered result = undo_filter(dataset_.filters[step].id, dataset_.filters[step].client, data, target);
      if (!result.fault.empty()) fail(result.fault);
      if (room.exact && result.bytes != room.bytes) wrong_size(result.bytes, room.bytes);
      data = target.first(result.bytes);
      held = std::move(next);
    }
  }

 private:
  void read_plain(std::span<std::byte> out) const {
    if (chunk_.stored_bytes != out.size()) wrong_size(chunk_.stored_bytes, out.size());
    file_.read_at(chunk_.address, out);
  }

  [[noreturn]] void wrong_size(std::uint64_t found, std::uint64_t expected) const {
    fail("holds " + std::to_string(found) + " bytes, expected " + std::to_string(expected));
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw data_error(file_.name() + ": dataset '" + dataset_.path + "', chunk " + std::to_string(chunk_.index), what,
                     "the file is damaged; fetch or write it again");
  }

  const Hdf5Dataset& dataset_;
  const Hdf5Chunk& chunk_;
  const InputFile& file_;
};

}  // namespace

void decode_chunk(const Hdf5Dataset& dataset, const Hdf5Chunk& chunk, const InputFile& file, std::span<std::byte> out) {
  const std::string where = file.name() + ": dataset '" + dataset.path + "'";
  if (out.size() != dataset.chunk_bytes())
    throw Error(ExitStatus::bug, "a chunk was decoded into a buffer of another size", {}, where);
  if (const int step = unknown_step(dataset, chunk); step >= 0)
    throw data_error(where, "uses " + filter_text(dataset.filters[static_cast<std::size_t>(step)].id) +
                                ", which cannot be decoded here", "write the file again with gzip or Blosc");
  Decoder(dataset, chunk, file).run(out);
  if (dataset.big_endian) swap_bytes(out, dtype_bytes(dataset.type));
}

void fill_elements(const Hdf5Dataset& dataset, std::span<std::byte> out) {
  if (dataset.fill.empty()) {
    std::fill(out.begin(), out.end(), std::byte{0});
    return;
  }
  std::vector<std::byte> element = dataset.fill;
  if (dataset.big_endian) swap_bytes(element, element.size());
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = element[k % element.size()];
}

std::string undecodable_filter(const Hdf5Dataset& dataset) {
  const bool all_known = std::all_of(dataset.filters.begin(), dataset.filters.end(), [](const Hdf5Filter& filter) {
    return is_known_filter(filter.id);
  });
  if (all_known) return {};
  for (const Hdf5Chunk& chunk : dataset.chunks)
    if (const int step = unknown_step(dataset, chunk); step >= 0)
      return filter_text(dataset.filters[static_cast<std::size_t>(step)].id);
  return {};
}

}  // namespace daybreak::io
