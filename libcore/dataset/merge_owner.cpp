#include "libcore/dataset/merge_owner.h"

#include <algorithm>
#include <cstring>
#include <set>

#include "libcore/base/error.h"
#include "libcore/dataset/check.h"
#include "libcore/dataset/record_content.h"
#include "libcore/io/csv.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

std::string last_part(const std::string& name) {
  return name.substr(name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1);
}

bool is_called_label(const std::string& array) {
  static const std::set<std::string> label_names{"label", "labels", "target", "targets", "y", "class"};
  return label_names.contains(last_part(array));
}

template <class Number>
io::Json numbers_json(std::span<const std::byte> bytes) {
  io::Json list = io::Json::array();
  for (std::size_t at = 0; at + sizeof(Number) <= bytes.size(); at += sizeof(Number)) {
    Number value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    list.push_back(value);
  }
  return list.size() == 1 ? list.at(std::size_t{0}) : list;
}

io::Json value_json(io::DType type, std::span<const std::byte> bytes) {
  switch (type) {
    case io::DType::i64:
      return numbers_json<std::int64_t>(bytes);
    case io::DType::u64:
      return numbers_json<std::uint64_t>(bytes);
    case io::DType::i32:
      return numbers_json<std::int32_t>(bytes);
    case io::DType::u32:
      return numbers_json<std::uint32_t>(bytes);
    case io::DType::i16:
      return numbers_json<std::int16_t>(bytes);
    case io::DType::u16:
      return numbers_json<std::uint16_t>(bytes);
    case io::DType::i8:
      return numbers_json<std::int8_t>(bytes);
    case io::DType::u8:
    case io::DType::boolean:
      return numbers_json<std::uint8_t>(bytes);
    case io::DType::f32:
      return numbers_json<float>(bytes);
    case io::DType::f64:
      return numbers_json<double>(bytes);
    default:
      return nullptr;  // no number that JSON has
  }
}

std::string row_text(const io::ArrayInfo& info) {
  io::ArrayInfo row = info;
  if (!row.shape.empty()) row.shape.erase(row.shape.begin());
  return io::type_and_shape(row);
}

std::uint64_t left_out_of(const Layout& layout) {
  std::uint64_t samples = 0;
  for (const KeptInput& input : layout.inputs)
    samples += input.dropped_samples + (input.dropped ? input.dropped->pairs.size() : 0);
  return samples;
}

/// Are samples so short that two are equal by chance? Tokens, bytes of text, single numbers.
bool is_short(const SampleTable& table) {
  std::uint64_t bytes = 0;
  for (const SampleColumn& column : table.columns()) {
    if (column.is_place() || column.is_label()) continue;
    if (column.offsets) return false;
    bytes += column.row_bytes;
  }
  return bytes <= sizeof(std::int64_t) && table.count() > 0;
}

}  // namespace

MergeOwner::MergeOwner(const std::string& path, const std::string& shown, const MergeOptions& options,
                       const Surroundings& around)
    : archive_(std::make_shared<const Archive>(path)), attributes_(archive_->reader().attributes()) {
  check_chunks(*archive_, around);
  SampleTable::Arrays arrays = open_arrays(shown);
  mark_labels(options);
  table_ = std::make_unique<SampleTable>(std::move(arrays), attributes_, this->path());
  if (!bits_.empty() && bits_.size() != table_->count())
    throw data_error(this->path(), "its array of owners has " + std::to_string(bits_.size()) + " samples, the others " +
                                       std::to_string(table_->count()));
  if (is_short(*table_))
    throw data_error(this->path(), "has samples of 8 bytes or less, such as tokens, which are equal by chance",
                     "merge takes records, rows of features and files");
  std::vector<std::string> members;
  for (const SampleColumn& column : columns()) {
    if (!column.is_label()) continue;
    members.push_back(last_part(table_->name_of(column)));
    labels_.push_back(
        {{*table_, column, std::uint64_t{1} << 16}, table_->array(column.data).info().type, classes(column)});
  }
  const SampleKeys::OfRecord of_record = keys_of_records(std::move(members));
  ascending_ = std::make_unique<SampleKeys>(*table_, SampleKeys::Order::ascending, of_record);
  any_ = std::make_unique<SampleKeys>(*table_, SampleKeys::Order::any, of_record);
}

SampleKeys::OfRecord MergeOwner::keys_of_records(std::vector<std::string> without) const {
  const auto all_are = [&](const char* format) {
    return std::all_of(layout().inputs.begin(), layout().inputs.end(),
                       [&](const KeptInput& input) { return input.format == format; });
  };
  const auto text_of = [](std::span<const std::byte> record) {
    return std::string_view(reinterpret_cast<const char*>(record.data()), record.size());
  };
  if (all_are("jsonl"))
    return [text_of, without = std::move(without), name = path()](std::span<const std::byte> record,
                                                                   std::uint64_t sample) {
      return record_content(text_of(record), without, name + ": record " + std::to_string(sample));
    };
  if (!all_are("csv") || without.empty()) return {};
  return [text_of, places = places_in_table(without)](std::span<const std::byte> record, std::uint64_t) {
    return table_row_content(text_of(record), places);
  };
}

std::vector<std::size_t> MergeOwner::places_in_table(const std::vector<std::string>& labels) const {
  const auto lines = std::find_if(columns().begin(), columns().end(), [](const SampleColumn& one) { return one.lines; });
  std::vector<std::size_t> places;
  if (lines == columns().end() || lines->begins.size() < 2) return places;  // a table without records
  std::string first(static_cast<std::size_t>(lines->begins[1]), '\0');
  table_->array(lines->data).read(0, std::as_writable_bytes(std::span(first)));
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (first.starts_with(kByteOrderMark)) first.erase(0, kByteOrderMark.size());
  const auto names = io::csv_column_names(io::csv_fields(first), lines->headers > 0);
  for (const std::string& label : labels) {
    const auto found = std::find(names.begin(), names.end(), label);
    if (found == names.end())
      throw data_error(path(), "its table has no column of the labels \"" + label + "\"", "merge tells labels by their column");
    places.push_back(static_cast<std::size_t>(found - names.begin()));
  }
  return places;
}

SampleTable::Arrays MergeOwner::open_arrays(const std::string& shown) {
  SampleTable::Arrays arrays;
  for (const KeptInput& input : layout().inputs) {
    for (std::size_t i = input.first_array; i < input.first_array + input.original_arrays(); ++i)
      if (has_role(archive_->original(i).info().name, "owners"))
        read_owners(i);
      else
        arrays.emplace_back(archive_, &archive_->original(i));
  }
  if (arrays.empty()) throw data_error(path(), "holds no samples");
  // The same arrays of two owners may stand in another order.
  std::sort(arrays.begin(), arrays.end(), [](const auto& a, const auto& b) { return a->info().name < b->info().name; });
  if (ids_.empty())
    ids_ = {{shown, archive_->reader().text_attribute("", kManifestHash).value_or(""), left_out_of(layout())}};
  return arrays;
}

void MergeOwner::read_owners(std::size_t array) {
  const io::ArraySource& source = archive_->original(array);
  const io::ArrayInfo& info = source.info();
  const auto texts = [&](const char* name) {
    const io::Attribute* found = io::find_attribute(attributes_, info.name, name);
    return found != nullptr ? io::attribute_texts(*found) : std::vector<std::string>();
  };
  const std::vector<std::string> names = texts(kOwnerNames), hashes = texts(kOwnerHashes);
  if (info.type != io::DType::u64 || info.shape.size() != 1 || names.empty() || names.size() > kMostOwners ||
      names.size() != hashes.size())
    throw data_error(path(), "\"" + info.name + "\" is no list of owners as merge writes it");
  const io::Attribute* left_out = io::find_attribute(attributes_, info.name, kOwnerLeftOut);
  std::vector<std::uint64_t> counts(names.size());
  if (left_out != nullptr && left_out->type == io::DType::u64 && left_out->data.size() == 8 * counts.size())
    std::memcpy(counts.data(), left_out->data.data(), left_out->data.size());
  for (std::size_t i = 0; i < names.size(); ++i) ids_.push_back({names[i], hashes[i], counts[i]});
  bits_.resize(info.shape[0]);
  if (!bits_.empty()) source.read(0, std::as_writable_bytes(std::span(bits_)));
}

bool MergeOwner::has_role(const std::string& array, const std::string& role) const {
  const io::Attribute* found = io::find_attribute(attributes_, array, io::kRole);
  return found != nullptr && io::attribute_texts(*found) == std::vector<std::string>{role};
}

void MergeOwner::mark_labels(const MergeOptions& options) {
  const Reader& reader = archive_->reader();
  for (const std::string& label : options.labels) {
    if (!reader.find(label))
      throw usage_error("--label: " + path() + " has no array \"" + label + "\"",
                        "compress-dataset inspect lists them");
    if (!has_role(label, "labels")) attributes_.push_back(io::text_attribute(label, io::kRole, "labels"));
  }
  const auto& arrays = reader.arrays();
  const bool told = std::any_of(arrays.begin(), arrays.end(),
                                [&](const io::ArrayInfo& info) { return has_role(info.name, "labels"); });
  if (told) return;
  for (const io::ArrayInfo& info : arrays)
    if (is_called_label(info.name)) attributes_.push_back(io::text_attribute(info.name, io::kRole, "labels"));
}

std::vector<std::string> MergeOwner::classes(const SampleColumn& column) const {
  const io::Attribute* found = io::find_attribute(attributes_, table_->name_of(column), io::kClasses);
  const io::ArrayInfo& info = table_->array(column.data).info();
  const bool fits = found != nullptr && info.type == io::DType::i64 && info.shape.size() == 1;
  return fits ? io::attribute_texts(*found) : std::vector<std::string>();
}

std::string MergeOwner::Label::read_class(std::uint64_t sample) {
  if (classes.empty()) return {};
  std::int64_t number = 0;
  std::memcpy(&number, reader.read(sample).data(), sizeof number);
  const bool named = number >= 0 && static_cast<std::uint64_t>(number) < classes.size();
  return named ? classes[static_cast<std::size_t>(number)] : "";
}

std::string MergeOwner::label_bytes(std::uint64_t sample) {
  std::string all;
  for (Label& label : labels_) {
    const std::string name = label.read_class(sample);
    const std::span<const std::byte> bytes = label.reader.read(sample);
    const std::string one =
        name.empty() ? std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()) : name;
    all += (name.empty() ? "=" : "~") + std::to_string(one.size()) + ":" + one;
  }
  return all;
}

io::Json MergeOwner::label_json(std::uint64_t sample) {
  io::Json all = io::Json::array();
  for (Label& label : labels_) {
    const std::string name = label.read_class(sample);
    all.push_back(name.empty() ? value_json(label.type, label.reader.read(sample)) : io::Json(name));
  }
  return all.size() == 1 ? all.at(std::size_t{0}) : all;
}

void check_alike(const MergeOwner& first, const MergeOwner& other) {
  const auto fail = [&](const std::string& what) {
    throw data_error(other.path(), what, "merge takes files whose arrays have the same names, types and rows");
  };
  const auto names = [](const MergeOwner& owner) {
    std::string text;
    for (const SampleColumn& column : owner.columns())
      text += (text.empty() ? "" : ", ") + owner.table().name_of(column) + (column.is_label() ? " (labels)" : "");
    return text;
  };
  if (names(first) != names(other))
    fail("has the arrays " + names(other) + "; " + first.path() + " has " + names(first));
  for (std::size_t i = 0; i < first.columns().size(); ++i) {
    const SampleColumn &a = first.columns()[i], &b = other.columns()[i];
    const io::ArrayInfo &x = first.table().array(a.data).info(), &y = other.table().array(b.data).info();
    if (a.offsets.has_value() != b.offsets.has_value())
      fail("\"" + y.name + "\" has samples of " + (b.offsets ? "different lengths" : "one length") + ", not so in " +
           first.path());
    if (!a.offsets && row_text(x) != row_text(y))
      fail("a row of \"" + y.name + "\" is " + row_text(y) + ", but in " + first.path() + " " + row_text(x));
    if (a.headers != b.headers) fail("\"" + y.name + "\" has a header, or has none, other than in " + first.path());
    if (a.headers == 0) continue;
    std::vector<std::byte> ours(static_cast<std::size_t>(a.begins[1])), theirs(static_cast<std::size_t>(b.begins[1]));
    first.table().array(a.data).read(0, ours);
    other.table().array(b.data).read(0, theirs);
    if (ours != theirs) fail("\"" + y.name + "\" has another header than in " + first.path());
  }
}

}  // namespace daybreak::dataset
