#include "libcore/dataset/check.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/hex.h"
#include "libcore/dataset/blocks.h"
#include "libcore/dataset/hash.h"
#include "libcore/dataset/ordered_work.h"

namespace daybreak::dataset {
namespace {

/// Index within the layout of the input's array of that name.
std::optional<std::size_t> find(const Archive& archive, const KeptInput& input, const std::string& name) {
  for (std::size_t i = input.first_array; i < input.first_array + input.array_count; ++i)
    if (archive.layout().arrays[i].info.name == input.group + name) return i;
  return std::nullopt;
}

/// A chunk, or why it is lost. A disk that cannot read its bytes loses it too.
struct ReadChunk {
  std::vector<std::byte> bytes;
  std::string fault;
};
ReadChunk read_or_tell(const Archive& archive, std::size_t array, std::uint64_t chunk) {
  try {
    return {archive.read_chunk(array, chunk), {}};
  } catch (const Error& error) {
    if (error.status() != ExitStatus::data && error.status() != ExitStatus::io) throw;
    return {{}, error.message()};
  }
}

}  // namespace

std::uint64_t total_bytes(const Layout& layout) {
  std::uint64_t total = 0;
  for (const KeptArray& array : layout.arrays) total += array.info.bytes();
  return total;
}

std::string checked_hash(const Archive& archive, std::size_t array, const Surroundings& around) {
  const KeptArray& kept = archive.layout().arrays.at(array);
  if (kept.alone()) {
    around.stop.check();
    around.progress.advance(kept.info.bytes());
    return hex64(hash64(archive.read_chunk(array, 0)));
  }
  Hash128 hash;
  const auto work = [&](std::uint64_t chunk) { return archive.read_chunk(array, chunk); };
  const auto take = [&](std::uint64_t, const std::vector<std::byte>& bytes) {
    around.stop.check();
    hash.add(bytes);
    around.progress.advance(bytes.size());
  };
  in_order<std::vector<std::byte>>(kept.parts(), around.threads, work, take);
  return hash.hex();
}

void check_array(const Archive& archive, std::size_t array, const Surroundings& around) {
  const KeptArray& kept = archive.layout().arrays[array];
  if (checked_hash(archive, array, around) != kept.xxh3 && !kept.mapped())
    throw data_error(archive.reader().name() + ": dataset '" + kept.info.name + "'", "does not match its hash",
                     "the file is damaged; fetch or write it again");
}

std::uint64_t check_chunks(const Archive& archive, const Surroundings& around) {
  std::uint64_t chunks = 0;
  around.progress.begin("check", total_bytes(archive.layout()), "B");
  for (std::size_t i = 0; i < archive.layout().arrays.size(); ++i) {
    check_array(archive, i, around);
    chunks += archive.layout().arrays[i].parts();
  }
  return chunks;
}

std::vector<LostChunk> find_lost_chunks(const Archive& archive, const Surroundings& around) {
  std::vector<LostChunk> lost;
  around.progress.begin("check", total_bytes(archive.layout()), "B");
  for (std::size_t array = 0; array < archive.layout().arrays.size(); ++array) {
    const KeptArray& kept = archive.layout().arrays[array];
    const std::size_t before = lost.size();
    const auto lose = [&](std::uint64_t chunk, const std::string& reason) {
      const ChunkPlace place = archive.chunk_place(array, chunk);
      lost.push_back({array, chunk, place.offset_bytes, place.valid_bytes, reason});
    };
    Hash128 hash;
    const auto work = [&](std::uint64_t chunk) { return read_or_tell(archive, array, chunk); };
    const auto take = [&](std::uint64_t chunk, const ReadChunk& read) {
      around.stop.check();
      around.progress.advance(archive.chunk_place(array, chunk).valid_bytes);
      hash.add(read.bytes);
      if (!read.fault.empty()) lose(chunk, read.fault);
    };
    in_order<ReadChunk>(kept.parts(), around.threads, work, take);
    if (kept.alone() || archive.verifies_chunks() || hash.hex() == kept.xxh3) continue;
    lost.resize(before);
    for (std::uint64_t chunk = 0; chunk < kept.parts(); ++chunk)
      lose(chunk, "the chunk hashes are damaged, and the array does not match its own");
  }
  return lost;
}

namespace {

/// Calls part(place, ours, theirs) for each block of a kept array and the same bytes of the original until one is false.
template <typename Part>
void for_each_pair(const Archive& archive, std::size_t index, const io::ArraySource& original,
                   const Surroundings& around, const Part& part) {
  std::vector<std::byte> theirs;
  for_each_block(archive, index, around, [&](const ChunkPlace& place, const std::vector<std::byte>& ours) {
    theirs.resize(ours.size());
    if (!theirs.empty()) original.read(place.offset_bytes, theirs);
    return part(place, ours, theirs);
  });
}

/// Where an array that is kept exactly first differs.
std::optional<Difference> first_difference(const Archive& archive, std::size_t index, const io::ArraySource& original,
                                           const std::string& shown, const Surroundings& around) {
  std::optional<Difference> found;
  for_each_pair(archive, index, original, around, [&](const ChunkPlace& place, const auto& ours, const auto& theirs) {
    const auto [at, unused] = std::mismatch(ours.begin(), ours.end(), theirs.begin());
    if (at == ours.end()) return true;
    const std::uint64_t element = (place.offset_bytes + static_cast<std::uint64_t>(at - ours.begin())) /
                                  archive.layout().arrays[index].grid.element_bytes;
    found = Difference{shown, "element " + std::to_string(element) + " differs", element};
    return false;
  });
  return found;
}

/// Whether a rounded array keeps less of this original than its file says.
std::optional<Difference> lost_more(const Archive& archive, std::size_t index, const io::ArraySource& original,
                                    const std::string& shown, const Surroundings& around) {
  constexpr double kSumsDiffer = 1e-9;  // chunks are other parts than those that were measured
  const KeptArray& kept = archive.layout().arrays[index];
  IntegrityMeter meter(archive.original(index).info(), kept.loss->missing);
  for_each_pair(archive, index, original, around, [&](const ChunkPlace&, const auto& ours, const auto& theirs) {
    meter.add(theirs, ours);
    return true;
  });
  const double integrity = meter.result().integrity;
  if (integrity >= kept.loss->integrity - kSumsDiffer) return std::nullopt;
  return Difference{
      shown,
      "its integrity is " + std::to_string(integrity) + ", the file says " + std::to_string(kept.loss->integrity),
      std::nullopt};
}

}  // namespace

std::optional<Difference> compare(const Archive& archive, const KeptInput& input, const io::ArrayFile& original,
                                  const Surroundings& around) {
  for (const auto& source : original.arrays) {
    const io::ArrayInfo& wanted = source->info();
    const std::string shown = input.group + wanted.name;
    const auto index = find(archive, input, wanted.name);
    if (!index) return Difference{shown, "the file does not hold it", std::nullopt};
    const KeptArray& kept = archive.layout().arrays[*index];
    const io::ArrayInfo& held = archive.original(*index).info();
    if (held.type != wanted.type || held.shape != wanted.shape)
      return Difference{
          shown, "the file has " + io::type_and_shape(held) + ", the original " + io::type_and_shape(wanted),
          std::nullopt};
    const auto different = kept.loss ? lost_more(archive, *index, *source, shown, around)
                                     : first_difference(archive, *index, *source, shown, around);
    if (different) return different;
  }
  return std::nullopt;
}

}  // namespace daybreak::dataset
