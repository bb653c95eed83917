#include "libcore/dataset/duplicates.h"

#include <algorithm>
#include <utility>

#include "libcore/dataset/sample_index.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

/// What tells a reader how the samples come back.
void note_index(CompressInput& input, const SampleTable& table) {
  const std::string index = "/" + input.group + kSampleIndex;
  for (const SampleColumn& column : table.columns()) {
    if (column.is_place()) continue;
    const std::string& name = table.name_of(column);
    input.notes.push_back(io::text_attribute(name, kSampleIndex, index));
    if (!column.offsets) continue;
    input.notes.push_back(io::integer_attribute(name, kSampleBytes, table.array(column.data).info().bytes()));
    input.notes.push_back(io::text_attribute(table.array(*column.offsets).info().name, kSampleIndex, index));
  }
}

}  // namespace

SampleTable table_of(const CompressInput& input, SampleTable::Arrays arrays) {
  std::vector<io::Attribute> attributes = input.file.attributes;
  attributes.insert(attributes.end(), input.notes.begin(), input.notes.end());
  return {std::move(arrays), attributes, input.file.name};
}

std::uint64_t ContentIndex::number(std::span<const std::byte> content, const Known& known) {
  const Digest128 digest = hash128(content);
  const auto [begin, end] = numbers_.equal_range(digest);
  for (auto at = begin; at != end; ++at)
    if (std::ranges::equal(content, known(at->second))) return at->second;
  numbers_.emplace(digest, size_);
  return size_++;
}

Duplicates find_duplicates(const SampleTable& table, const Surroundings& around) {
  Duplicates found;
  ContentIndex contents;
  SampleKeys keys(table, SampleKeys::Order::ascending), earlier(table, SampleKeys::Order::any);
  around.progress.begin("find duplicates", table.count(), "samples");
  for (std::uint64_t sample = 0; sample < table.count(); ++sample) {
    around.stop.check();
    const std::vector<std::byte> key = keys.key(sample);
    const std::uint64_t number =
        contents.number(key, [&](std::uint64_t known) { return earlier.key(found.first[known]); });
    if (number == found.first.size()) found.first.push_back(sample);
    found.index.push_back(static_cast<std::int64_t>(number));
    around.progress.advance(1);
  }
  return found;
}

void store_once(CompressInput& input, const Surroundings& around) {
  SampleTable::Arrays borrowed;  // they outlive what is picked of them
  for (const auto& source : input.file.arrays) borrowed.emplace_back(std::shared_ptr<const void>(), source.get());
  const SampleTable table = table_of(input, std::move(borrowed));
  const auto fixed = table.fixed_bytes();
  if (fixed && *fixed <= sizeof(std::int64_t)) return;
  const Duplicates duplicates = find_duplicates(table, around);
  input.samples = table.count();
  input.distinct_samples = duplicates.first.size();
  if (input.distinct_samples == input.samples) return;
  std::vector<SampleRun> first;
  for (const std::uint64_t sample : duplicates.first) append_run(first, {sample, 1});
  input.once = table.pick(first);
  input.once.push_back(io::memory_array(kSampleIndex, duplicates.index));
  note_index(input, table);
}

}  // namespace daybreak::dataset
