#include "libcore/dataset/merge_owner.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <set>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/dataset/real_values.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::dataset {
namespace {

/// An array of the file as its users see it.
class ReaderArray final : public io::ArraySource {
 public:
  ReaderArray(std::shared_ptr<const Reader> reader, std::size_t array) : reader_(std::move(reader)), array_(array) {}
  const io::ArrayInfo& info() const override { return reader_->arrays()[array_]; }
  void read(std::uint64_t offset, std::span<std::byte> out) const override { reader_->read(array_, offset, out); }

 private:
  std::shared_ptr<const Reader> reader_;
  std::size_t array_;
};

bool has_role(const std::vector<io::Attribute>& attributes, const std::string& array, const std::string& role) {
  const io::Attribute* found = io::find_attribute(attributes, array, io::kRole);
  return found != nullptr && io::attribute_texts(*found) == std::vector<std::string>{role};
}

std::string last_part(const std::string& name) {
  return name.substr(name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1);
}

bool is_called_label(const std::string& array) {
  static const std::set<std::string> kNames{"label", "labels", "target", "targets", "y", "class"};
  return kNames.contains(last_part(array));
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

}  // namespace

MergeOwner::MergeOwner(const std::string& path, const MergeOptions& options, std::int64_t threads)
    : reader_(std::make_shared<Reader>(path, threads)), attributes_(reader_->attributes()) {
  SampleTable::Arrays arrays;
  for (std::size_t i = 0; i < reader_->arrays().size(); ++i)
    if (!has_role(attributes_, reader_->arrays()[i].name, "owners"))  // of an earlier merge
      arrays.push_back(std::make_shared<ReaderArray>(reader_, i));
  if (arrays.empty()) throw data_error(name(), "holds no samples");
  mark_labels(options);
  table_ = std::make_unique<SampleTable>(std::move(arrays), attributes_, name());
  std::vector<std::string> members;
  for (const SampleColumn& column : columns()) {
    if (!column.is_label()) continue;
    members.push_back(last_part(table_->name_of(column)));
    labels_.emplace_back(*table_, column, std::uint64_t{1} << 16);
    label_columns_.push_back(&column);
    classes_.push_back(classes(column));
  }
  ascending_ = std::make_unique<SampleKeys>(*table_, SampleKeys::Order::ascending, false, members);
  any_ = std::make_unique<SampleKeys>(*table_, SampleKeys::Order::any, false, members);
}

void MergeOwner::mark_labels(const MergeOptions& options) {
  for (const std::string& label : options.labels) {
    if (!reader_->find(label))
      throw usage_error("--label: " + name() + " has no array \"" + label + "\"",
                        "compress-dataset inspect lists them");
    if (!has_role(attributes_, label, "labels")) attributes_.push_back(io::text_attribute(label, io::kRole, "labels"));
  }
  const auto& arrays = reader_->arrays();
  const bool told = std::any_of(arrays.begin(), arrays.end(),
                                [&](const io::ArrayInfo& info) { return has_role(attributes_, info.name, "labels"); });
  if (told) return;
  for (const io::ArrayInfo& info : arrays)
    if (is_called_label(info.name)) attributes_.push_back(io::text_attribute(info.name, io::kRole, "labels"));
}

bool MergeOwner::labeled() const {
  return !label_columns_.empty();
}

std::vector<std::string> MergeOwner::classes(const SampleColumn& column) const {
  const io::Attribute* found = io::find_attribute(attributes_, table_->name_of(column), io::kClasses);
  const io::ArrayInfo& info = table_->array(column.data).info();
  const bool fits = found != nullptr && info.type == io::DType::i64 && info.shape.size() == 1;
  return fits ? io::attribute_texts(*found) : std::vector<std::string>();
}

std::string MergeOwner::label_bytes(std::uint64_t sample) {
  std::string all;
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const std::span<const std::byte> bytes = labels_[i].read(sample);
    if (classes_[i].empty()) {
      all.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      continue;
    }
    std::int64_t number = 0;
    std::memcpy(&number, bytes.data(), sizeof number);
    const bool named = number >= 0 && static_cast<std::uint64_t>(number) < classes_[i].size();
    all += (named ? classes_[i][static_cast<std::size_t>(number)] : "\x01" + std::to_string(number)) + '\0';
  }
  return all;
}

io::Json MergeOwner::label_json(std::uint64_t sample) {
  io::Json all = io::Json::array();
  for (std::size_t i = 0; i < labels_.size(); ++i) {
    const std::span<const std::byte> bytes = labels_[i].read(sample);
    io::Json value = value_json(table_->array(label_columns_[i]->data).info().type, bytes);
    const bool named =
        !classes_[i].empty() && value.is_integer() && value.as_int() >= 0 && value.as_uint() < classes_[i].size();
    all.push_back(named ? io::Json(classes_[i][value.as_uint()]) : value);
  }
  return all.size() == 1 ? all.at(std::size_t{0}) : all;
}

void check_alike(const MergeOwner& first, const MergeOwner& other) {
  const auto fail = [&](const std::string& what) {
    throw data_error(other.name(), what, "merge takes files whose arrays have the same names, types and rows");
  };
  const auto names = [](const MergeOwner& owner) {
    std::string text;
    for (const SampleColumn& column : owner.columns())
      text += (text.empty() ? "" : ", ") + owner.table().name_of(column) + (column.is_label() ? " (labels)" : "");
    return text;
  };
  if (names(first) != names(other))
    fail("has the arrays " + names(other) + "; " + first.name() + " has " + names(first));
  for (std::size_t i = 0; i < first.columns().size(); ++i) {
    const SampleColumn &a = first.columns()[i], &b = other.columns()[i];
    const io::ArrayInfo &x = first.table().array(a.data).info(), &y = other.table().array(b.data).info();
    if (a.offsets.has_value() != b.offsets.has_value())
      fail("\"" + y.name + "\" has samples of " + (b.offsets ? "different lengths" : "one length") + ", not so in " +
           first.name());
    if (!a.offsets && row_text(x) != row_text(y))
      fail("a row of \"" + y.name + "\" is " + row_text(y) + ", but in " + first.name() + " " + row_text(x));
    if (a.headers != b.headers) fail("\"" + y.name + "\" has a header, or has none, other than in " + first.name());
    if (a.headers == 0) continue;
    if (first.labeled())
      fail("the labels of a CSV file stand in its text too, where merge does not tell them from the rest");
    std::vector<std::byte> ours(static_cast<std::size_t>(a.begins[1])), theirs(static_cast<std::size_t>(b.begins[1]));
    first.table().array(a.data).read(0, ours);
    other.table().array(b.data).read(0, theirs);
    if (ours != theirs) fail("\"" + y.name + "\" has another header than in " + first.name());
  }
}

}  // namespace daybreak::dataset
