#include "libcore/dataset/lost_samples.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/dataset/sample_index.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

constexpr std::uint64_t kWidth = sizeof(std::int64_t);        // of offsets and indices
constexpr std::uint64_t kMostIndex = std::uint64_t{1} << 34;  // bytes, as expand_samples() has it

std::string text_of(const DamagedInput& input, const std::string& owner, const char* name) {
  const io::Attribute* found = io::find_attribute(input.attributes, owner, name);
  const auto texts = found != nullptr ? io::attribute_texts(*found) : std::vector<std::string>();
  return texts.size() == 1 ? texts[0] : "";
}

/// [begin, end) of the items of `width` bytes that a range touches.
ByteRange touched(ByteRange range, std::uint64_t width) {
  return width == 0 ? ByteRange{} : ByteRange{range.begin / width, (range.end + width - 1) / width};
}

/// The samples of bytes that a range touches; empty samples are not.
SampleRun cut_samples(const SampleColumn& column, ByteRange range) {
  const auto first = column.begins.begin() + static_cast<std::ptrdiff_t>(column.headers);
  const auto behind = std::upper_bound(first + 1, column.begins.end(), static_cast<std::int64_t>(range.begin));
  const auto end = std::lower_bound(first, column.begins.end() - 1, static_cast<std::int64_t>(range.end));
  const auto begin = behind == column.begins.end() ? end : behind - 1;
  return {static_cast<std::uint64_t>(begin - first),
          static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(end - begin, 0))};
}

SampleRun samples_in(const SampleColumn& column, ByteRange range) {
  if (column.offsets) return cut_samples(column, range);
  const ByteRange rows = touched(range, column.row_bytes);
  return {rows.begin, rows.end - rows.begin};
}

/// The samples that lost entries of offsets bound.
SampleRun bounded_by(const SampleColumn& column, ByteRange range) {
  const ByteRange entries = touched(range, kWidth);
  const std::uint64_t samples = column.begins.size() - 1 - column.headers;
  const auto sample = [&](std::uint64_t entry) { return std::min(samples, entry - std::min(entry, column.headers)); };
  const std::uint64_t first = sample(entries.begin - std::min<std::uint64_t>(entries.begin, 1));
  return {first, sample(entries.end) - first};
}

/// What is left of [0, count) without these runs, which may overlap.
std::vector<SampleRun> complement(std::vector<SampleRun> runs, std::uint64_t count) {
  std::sort(runs.begin(), runs.end(), [](const SampleRun& a, const SampleRun& b) { return a.first < b.first; });
  std::vector<SampleRun> rest;
  std::uint64_t at = 0;
  for (const SampleRun& run : runs) {
    if (run.first > at) rest.push_back({at, run.first - at});
    at = std::max(at, run.first + run.count);
  }
  if (count > at) rest.push_back({at, count - at});
  return rest;
}

bool contains(const std::vector<SampleRun>& runs, std::uint64_t sample) {
  const auto behind = std::upper_bound(runs.begin(), runs.end(), sample,
                                       [](std::uint64_t value, const SampleRun& run) { return value < run.first; });
  return behind != runs.begin() && sample - std::prev(behind)->first < std::prev(behind)->count;
}

/// Where array number i of the input holds offsets: the number of the array of the bytes that they cut.
std::optional<std::size_t> cut_by(const DamagedInput& input, std::size_t i) {
  const io::ArrayInfo& info = input.arrays[i]->info();
  if (info.type != io::DType::i64 || info.shape.size() != 1) return std::nullopt;
  for (std::size_t data = 0; data < input.arrays.size(); ++data) {
    const std::string& name = input.arrays[data]->info().name;
    const std::string offsets = text_of(input, name, io::kOffsets);
    if (data != i && !offsets.empty() && io::beside(name, offsets) == info.name) return data;
  }
  return std::nullopt;
}

}  // namespace

std::shared_ptr<const io::ArraySource> stored_or_repaired(const DamagedInput& input, std::size_t i) {
  const std::vector<ByteRange>& lost = input.lost[input.kept.first_array + i];
  const auto data = cut_by(input, i);
  if (lost.empty() || !data) return input.arrays[i];
  const io::ArrayInfo& bytes = input.arrays[*data]->info();
  std::vector<std::int64_t> values(input.arrays[i]->info().shape[0]);
  input.arrays[i]->read(0, std::as_writable_bytes(std::span(values)));
  for (auto range = lost.rbegin(); range != lost.rend(); ++range) {  // one may end where the next begins
    const ByteRange entries = touched(*range, kWidth);
    const std::int64_t next =
        entries.end < values.size() ? values[entries.end] : static_cast<std::int64_t>(bytes.shape[0]);
    std::fill(values.begin() + static_cast<std::ptrdiff_t>(entries.begin),
              values.begin() + static_cast<std::ptrdiff_t>(entries.end), next);
  }
  // Nothing is known to stand before the first sample where its entry is lost: what stood there is lost with it.
  const std::size_t headers = io::find_attribute(input.attributes, bytes.name, io::kHeaderRecords) != nullptr ? 1 : 0;
  for (std::size_t entry = 0; entry <= headers && entry < values.size(); ++entry)
    if (lost[0].begin <= entry * kWidth) values[entry] = 0;
  return io::memory_array(input.arrays[i]->info().name, values);
}

std::optional<LostSamples> LostSamples::find(const DamagedInput& input) {
  LostSamples found;
  found.arrays_ = input.kept.original_arrays();
  std::vector<std::size_t> once, others;
  for (std::size_t i = 0; i < found.arrays_; ++i) {
    const bool indexed = !text_of(input, input.arrays[i]->info().name, kSampleIndex).empty();
    (input.kept.indexed() && !indexed ? others : once).push_back(i);
  }
  if (!found.add_part(input, once) || (!others.empty() && !found.add_part(input, others))) return std::nullopt;
  if (input.kept.indexed())
    found.keep_rest_of_index(input);
  else
    found.keep_rest(input);
  return found;
}

bool LostSamples::add_part(const DamagedInput& input, std::vector<std::size_t> arrays) {
  SampleTable::Arrays sources;
  for (const std::size_t i : arrays) sources.push_back(stored_or_repaired(input, i));
  Part part{std::move(arrays), nullptr, {}};
  try {
    part.table = std::make_unique<SampleTable>(std::move(sources), input.attributes, input.where);
  } catch (const Error& error) {
    if (error.status() != ExitStatus::data) throw;
    return false;  // weights, scalars: what these are is not told otherwise
  }
  parts_.push_back(std::move(part));
  return true;
}

std::vector<SampleRun> LostSamples::lost_of(const DamagedInput& input, const Part& part) {
  std::vector<SampleRun> runs;
  const auto lost = [&](std::size_t array) { return input.lost[input.kept.first_array + part.arrays[array]]; };
  for (const SampleColumn& column : part.table->columns()) {
    for (const ByteRange& range : lost(column.data)) runs.push_back(samples_in(column, range));
    if (!column.offsets) continue;
    for (const ByteRange& range : lost(*column.offsets)) runs.push_back(bounded_by(column, range));
    const auto begins_before = [](const std::vector<ByteRange>& ranges, std::uint64_t end) {
      return !ranges.empty() && ranges[0].begin < end;
    };
    header_lost_ = header_lost_ ||
                   begins_before(lost(column.data), static_cast<std::uint64_t>(column.begins[column.headers])) ||
                   begins_before(lost(*column.offsets), column.headers * kWidth);
  }
  return runs;
}

void LostSamples::keep_rest(const DamagedInput& input) {
  Part& part = parts_[0];
  samples_ = lost_ = part.table->count();
  part.survivors = complement(lost_of(input, part), samples_);
  for (const SampleRun& run : part.survivors) lost_ -= run.count;
}

void LostSamples::keep_rest_of_index(const DamagedInput& input) {
  const std::size_t number = input.arrays.size() - 1;
  const io::ArrayInfo& info = input.arrays[number]->info();
  if (info.type != io::DType::i64 || info.shape.size() != 1 || info.bytes() > kMostIndex)
    throw data_error(input.where, "\"" + info.name + "\" is no index of samples",
                     "the file was not written by this tool");
  std::vector<std::int64_t> index(info.shape[0]);
  input.arrays[number]->read(0, std::as_writable_bytes(std::span(index)));
  samples_ = lost_ = index.size();
  std::vector<SampleRun> lost_entries;
  for (const ByteRange& range : input.lost[input.kept.first_array + number]) {
    const ByteRange entries = touched(range, kWidth);
    lost_entries.push_back({entries.begin, entries.end - entries.begin});
  }
  const std::vector<SampleRun> once = complement(lost_of(input, parts_[0]), parts_[0].table->count());
  if (parts_.size() > 1)
    for (const SampleRun& run : lost_of(input, parts_[1])) lost_entries.push_back(run);
  for (const SampleRun& run : complement(lost_entries, samples_)) {
    for (std::uint64_t sample = run.first; sample < run.first + run.count; ++sample) {
      const auto distinct = static_cast<std::uint64_t>(index[sample]);
      if (!contains(once, distinct)) continue;
      --lost_;
      append_run(parts_[0].survivors, {distinct, 1});
      if (parts_.size() > 1) append_run(parts_[1].survivors, {sample, 1});
    }
  }
}

SampleRun LostSamples::samples_of(std::size_t i, ByteRange range) const {
  for (const Part& part : parts_) {
    for (const SampleColumn& column : part.table->columns()) {
      if (part.arrays[column.data] == i) return samples_in(column, range);
      if (column.offsets && part.arrays[*column.offsets] == i) return bounded_by(column, range);
    }
  }
  const ByteRange entries = touched(range, kWidth);  // of the index
  return {entries.begin, entries.end - entries.begin};
}

std::vector<std::unique_ptr<io::ArraySource>> LostSamples::survivors() const {
  std::vector<std::unique_ptr<io::ArraySource>> arrays(arrays_);
  for (const Part& part : parts_) {
    auto picked = part.table->pick(part.survivors, SampleTable::Places::picked);
    for (std::size_t k = 0; k < picked.size(); ++k) arrays[part.arrays[k]] = std::move(picked[k]);
  }
  return arrays;
}

}  // namespace daybreak::dataset
