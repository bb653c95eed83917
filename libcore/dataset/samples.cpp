#include "libcore/dataset/samples.h"

#include <algorithm>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

constexpr std::uint64_t kMostOffsets = std::uint64_t{1} << 33;  // bytes
constexpr const char* kHint = "samples are rows of arrays of one length, records of CSV or JSON Lines, or files";

std::string text_of(const std::vector<io::Attribute>& attributes, const std::string& owner, const char* name) {
  const io::Attribute* found = io::find_attribute(attributes, owner, name);
  const auto texts = found != nullptr ? io::attribute_texts(*found) : std::vector<std::string>();
  return texts.size() == 1 ? texts[0] : "";
}

io::Stretch stretch_of(const SampleColumn& column, const SampleRun& run) {
  if (run.count == 0) return {};
  const std::uint64_t begin = range_of(column, run.first).begin;
  return {begin, range_of(column, run.first + run.count - 1).end - begin};
}

io::ReadBytes reader_of(const std::shared_ptr<const io::ArraySource>& source) {
  return [source](std::uint64_t at, std::span<std::byte> out) { source->read(at, out); };
}

}  // namespace

ByteRange range_of(const SampleColumn& column, std::uint64_t sample) {
  if (!column.offsets) return {sample * column.row_bytes, (sample + 1) * column.row_bytes};
  const std::uint64_t entry = column.headers + sample;
  return {static_cast<std::uint64_t>(column.begins[entry]), static_cast<std::uint64_t>(column.begins[entry + 1])};
}

void append_run(std::vector<SampleRun>& runs, SampleRun next) {
  if (!runs.empty() && runs.back().first + runs.back().count == next.first)
    runs.back().count += next.count;
  else
    runs.push_back(next);
}

SampleTable::SampleTable(Arrays arrays, const std::vector<io::Attribute>& attributes, std::string where)
    : arrays_(std::move(arrays)), where_(std::move(where)) {
  std::vector<bool> is_offsets(arrays_.size(), false);
  const auto find = [&](const std::string& name) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < arrays_.size(); ++i)
      if (arrays_[i]->info().name == name) return i;
    return std::nullopt;
  };
  for (std::size_t i = 0; i < arrays_.size(); ++i) {
    const std::string& name = arrays_[i]->info().name;
    const std::string told = text_of(attributes, name, io::kOffsets);
    const auto offsets = told.empty() ? std::nullopt : find(io::beside(name, told));
    if (!offsets || *offsets == i) continue;
    is_offsets[*offsets] = true;
    add_bytes(i, *offsets, attributes);
  }
  for (std::size_t i = 0; i < arrays_.size(); ++i) {
    const bool taken = is_offsets[i] || std::any_of(columns_.begin(), columns_.end(),
                                                    [i](const SampleColumn& column) { return column.data == i; });
    if (taken) continue;
    const io::ArrayInfo& info = arrays_[i]->info();
    if (info.shape.empty()) throw data_error(where_, "\"" + info.name + "\" is a scalar, no row of samples", kHint);
    agree(info.shape[0], info.name);
    SampleColumn column;
    column.data = i;
    column.row_bytes = info.shape[0] == 0 ? 0 : info.bytes() / info.shape[0];
    column.role = text_of(attributes, info.name, io::kRole);
    columns_.push_back(std::move(column));
  }
}

void SampleTable::agree(std::uint64_t samples, const std::string& array) {
  if (first_.empty()) {
    first_ = array;
    count_ = samples;
  }
  if (samples != count_)
    throw data_error(where_,
                     "\"" + first_ + "\" has " + std::to_string(count_) + " samples, but \"" + array + "\" has " +
                         std::to_string(samples),
                     kHint);
}

void SampleTable::add_bytes(std::size_t data, std::size_t offsets, const std::vector<io::Attribute>& attributes) {
  const io::ArrayInfo& bytes = arrays_[data]->info();
  const io::ArrayInfo& info = arrays_[offsets]->info();
  const auto misfit = [&] {
    return data_error(where_, "\"" + info.name + "\" does not fit \"" + bytes.name + "\"",
                      "were they written together?");
  };
  if (info.type != io::DType::i64 || info.shape.size() != 1 || bytes.type != io::DType::u8 || bytes.shape.size() != 1 ||
      info.bytes() > kMostOffsets)
    throw misfit();
  SampleColumn column;
  column.data = data;
  column.offsets = offsets;
  column.role = text_of(attributes, bytes.name, io::kRole);
  column.lines = text_of(attributes, bytes.name, io::kOffsets) == "line_offsets";
  column.headers = io::find_attribute(attributes, bytes.name, io::kHeaderRecords) != nullptr ? 1 : 0;
  column.begins.resize(info.shape[0]);
  arrays_[offsets]->read(0, std::as_writable_bytes(std::span(column.begins)));
  const bool fits = column.begins.size() > column.headers &&
                    std::is_sorted(column.begins.begin(), column.begins.end()) && column.begins.front() >= 0 &&
                    static_cast<std::uint64_t>(column.begins.back()) == bytes.shape[0];
  if (!fits) throw misfit();
  agree(column.begins.size() - 1 - column.headers, bytes.name);
  columns_.push_back(std::move(column));
}

std::optional<std::uint64_t> SampleTable::fixed_bytes() const {
  std::uint64_t total = 0;
  for (const SampleColumn& column : columns_) {
    if (column.is_place()) continue;
    if (column.offsets) return std::nullopt;
    total += column.row_bytes;
  }
  return total;
}

std::vector<std::unique_ptr<io::ArraySource>> SampleTable::pick(const std::vector<SampleRun>& runs,
                                                               Places places) const {
  std::vector<std::unique_ptr<io::ArraySource>> picked(arrays_.size());
  for (const SampleColumn& column : columns_) {
    if (column.is_place() && places == Places::left_out) continue;
    io::ArrayInfo info = arrays_[column.data]->info();
    std::vector<io::Stretch> stretches;
    if (!column.offsets) {
      info.shape[0] = 0;
      for (const SampleRun& run : runs) {
        io::append_stretch(stretches, stretch_of(column, run));
        info.shape[0] += run.count;
      }
    } else {
      // What stands before the first sample stays: a byte order mark, the header of a table.
      const auto before = static_cast<std::uint64_t>(column.begins[column.headers]);
      io::append_stretch(stretches, {0, before});
      std::vector<std::int64_t> begins(column.begins.begin(),
                                       column.begins.begin() + static_cast<std::ptrdiff_t>(column.headers) + 1);
      for (const SampleRun& run : runs) {
        io::append_stretch(stretches, stretch_of(column, run));
        for (std::uint64_t sample = run.first; sample < run.first + run.count; ++sample)
          begins.push_back(begins.back() + static_cast<std::int64_t>(stretch_of(column, {sample, 1}).bytes));
      }
      info.shape[0] = static_cast<std::uint64_t>(begins.back());
      picked[*column.offsets] = io::memory_array(arrays_[*column.offsets]->info().name, begins);
    }
    picked[column.data] = io::stretched_array(std::move(info), stretches, reader_of(arrays_[column.data]));
  }
  return picked;
}

SampleReader::SampleReader(const SampleTable& table, const SampleColumn& column, std::uint64_t window_bytes)
    : source_(table.array(column.data)),
      column_(column),
      window_bytes_(window_bytes),
      last_(table.count() == 0 ? 0 : table.count() - 1) {}

std::span<const std::byte> SampleReader::read(std::uint64_t sample) {
  const ByteRange wanted = range_of(column_, sample);
  if (wanted.begin < window_.begin || wanted.end > window_.end) {
    const std::uint64_t end = std::min(source_.info().bytes(), wanted.begin + window_bytes_);
    window_ = {wanted.begin, std::max(wanted.end, end)};
    buffer_.resize(static_cast<std::size_t>(window_.end - window_.begin));
    if (!buffer_.empty()) source_.read(window_.begin, buffer_);
  }
  const auto bytes = std::span<const std::byte>(buffer_).subspan(static_cast<std::size_t>(wanted.begin - window_.begin),
                                                                 static_cast<std::size_t>(wanted.end - wanted.begin));
  constexpr std::byte kLineFeed{'\n'};
  if (!column_.lines || sample != last_ || (!bytes.empty() && bytes.back() == kLineFeed)) return bytes;
  line_.assign(bytes.begin(), bytes.end());
  line_.push_back(kLineFeed);
  return line_;
}

SampleKeys::SampleKeys(const SampleTable& table, Order order) {
  for (const SampleColumn& column : table.columns())
    if (!column.is_place()) add(table, column, order);
}

SampleKeys::SampleKeys(const SampleTable& table, Order order, OfRecord of_record) : of_record_(std::move(of_record)) {
  for (const SampleColumn& column : table.columns())
    if (!column.is_place() && !column.is_label()) add(table, column, order);
}

void SampleKeys::add(const SampleTable& table, const SampleColumn& column, Order order) {
  constexpr std::uint64_t kWindow = std::uint64_t{1} << 20;
  readers_.emplace_back(table, column, order == Order::ascending ? kWindow : 0);
  columns_.push_back(&column);
}

std::vector<std::byte> SampleKeys::key(std::uint64_t sample) {
  std::vector<std::byte> key;
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    std::span<const std::byte> bytes = readers_[i].read(sample);
    std::string record;
    if (columns_[i]->lines && of_record_) {
      record = of_record_(bytes, sample);
      bytes = std::as_bytes(std::span(record));
    }
    const std::uint64_t length = bytes.size();
    const auto told = std::as_bytes(std::span(&length, 1));
    if (columns_[i]->offsets) key.insert(key.end(), told.begin(), told.end());
    key.insert(key.end(), bytes.begin(), bytes.end());
  }
  return key;
}

}  // namespace daybreak::dataset
