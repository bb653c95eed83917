#include "libcore/training/table_source.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <set>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/dataset/real_values.h"
#include "libcore/io/sample_columns.h"
#include "libcore/training/fingerprint.h"
#include "libcore/training/sample_order.h"

namespace daybreak::training {
namespace {

constexpr std::size_t kMostClasses = 1000;
constexpr std::uint64_t kScalingRows = 65536;
constexpr std::uint64_t kSplitEpoch =
    0xffff'ffff;  // of the permutation that divides the rows: no epoch of training has it

std::uint64_t rows_of(const io::ArrayInfo& array) {
  return array.shape.empty() ? 1 : array.shape[0];
}

std::int64_t row_elements(const io::ArrayInfo& array) {
  const std::uint64_t rows = rows_of(array);
  return rows == 0 ? 0 : static_cast<std::int64_t>(array.bytes() / io::dtype_bytes(array.type) / rows);
}

/// Element [first, first + out.size()) of an array.
void read_numbers(const dataset::Reader& reader, std::size_t array, std::uint64_t first, std::span<double> out) {
  const io::DType type = reader.arrays()[array].type;
  std::vector<std::byte> bytes(out.size() * io::dtype_bytes(type));
  reader.read(array, first * io::dtype_bytes(type), bytes);
  dataset::numbers_to_doubles(type, bytes, out);
}

}  // namespace

TableSource::TableSource(const std::string& path, const std::optional<std::string>& target) : reader_(path) {
  target_ = find_target(target);
  const io::ArrayInfo& info = reader_.arrays()[target_];
  target_name_ = target.value_or(info.name);
  rows_ = rows_of(info);
  if (!dataset::is_number(info.type) || info.shape.empty() || rows_ == 0)
    fail("\"" + info.name + "\" is " + io::type_and_shape(info) +
         ", expected a number for each of at least one sample");
  const std::int64_t columns = row_elements(info);
  if (!target_column_ && columns != 1)
    fail("\"" + info.name + "\" is " + io::type_and_shape(info) +
         ", expected one number for each sample, or --target " + info.name + ":COLUMN");
  if (target_column_ && *target_column_ >= columns)
    fail("\"" + info.name + "\" has " + std::to_string(columns) + " columns, but --target names number " +
         std::to_string(*target_column_));
  add_features();
}

void TableSource::fail(const std::string& message) const {
  std::string names;
  for (const io::ArrayInfo& array : reader_.arrays())
    names += (names.empty() ? "" : ", ") + array.name + " " + io::type_and_shape(array);
  throw data_error(name(), message, "it holds " + (names.empty() ? std::string("no arrays") : names.substr(0, 400)));
}

std::size_t TableSource::find_target(const std::optional<std::string>& wanted) {
  std::vector<std::size_t> found;
  std::string array = wanted.value_or("");
  // A name may hold a colon itself.
  if (wanted && !reader_.find(array))
    if (const std::size_t colon = array.rfind(':'); colon != array.npos) {
      target_column_ = parse_count(array.substr(colon + 1));
      array.resize(colon);
    }
  for (std::size_t i = 0; i < reader_.arrays().size(); ++i) {
    const std::string& one = reader_.arrays()[i].name;
    if (wanted ? one == array || one.ends_with("/" + array) : reader_.text_attribute(one, io::kRole) == "labels")
      found.push_back(i);
  }
  if (found.size() == 1) return found[0];
  if (wanted)
    fail(found.empty() ? "there is no array \"" + array + "\"" : "several arrays are called \"" + array + "\"");
  fail(found.empty() ? "no array is said to hold labels; name what is to be learned by --target"
                     : "several arrays hold labels; name one by --target");
}

void TableSource::add_features() {
  const auto& arrays = reader_.arrays();
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const bool whole_target = i == target_ && !target_column_;
    if (whole_target || !dataset::is_number(arrays[i].type) || arrays[i].shape.empty() || rows_of(arrays[i]) != rows_)
      continue;
    if (i != target_ && reader_.text_attribute(arrays[i].name, io::kRole)) continue;
    FeatureArray one;
    one.array = i;
    one.first = inputs_;
    one.count = row_elements(arrays[i]) - (i == target_ ? 1 : 0);
    if (i == target_) one.left_out = target_column_;
    one.sample_shape.assign(arrays[i].shape.begin() + 1, arrays[i].shape.end());
    if (one.count > 0) features_.push_back(one);
    inputs_ += one.count;
  }
  if (inputs_ == 0) fail("nothing is there to learn \"" + target_name_ + "\" from");
}

void TableSource::read(std::uint64_t row, std::span<float> out) const {
  for (const FeatureArray& one : features_) {
    const std::int64_t width = one.count + (one.left_out ? 1 : 0);
    std::vector<double> numbers(static_cast<std::size_t>(width));
    read_numbers(reader_, one.array, row * static_cast<std::uint64_t>(width), numbers);
    if (one.left_out) numbers.erase(numbers.begin() + *one.left_out);
    std::transform(numbers.begin(), numbers.end(), out.begin() + one.first,
                   [](double number) { return static_cast<float>(number); });
  }
}

double TableSource::target(std::uint64_t row) const {
  const auto width = static_cast<std::uint64_t>(row_elements(reader_.arrays()[target_]));
  double number = 0;
  read_numbers(reader_, target_, row * width + static_cast<std::uint64_t>(target_column_.value_or(0)), {&number, 1});
  return number;
}

std::string TableSource::fingerprint() const {
  Fingerprint fingerprint;
  fingerprint.add(rows_);
  std::vector<float> numbers(static_cast<std::size_t>(inputs_));
  for (const std::uint64_t row : {std::uint64_t{0}, rows_ / 2, rows_ - 1}) {
    read(row, numbers);
    for (const float number : numbers) fingerprint.add(std::bit_cast<std::uint32_t>(number));
    fingerprint.add(std::bit_cast<std::uint64_t>(target(row)));
  }
  return fingerprint.hex();
}

RowSplit::RowSplit(std::uint64_t rows, double share, std::uint64_t seed)
    : rows_(rows),
      training_(static_cast<std::uint64_t>(std::floor(static_cast<double>(rows) * (1 - share)))),
      seed_(seed) {
  if (training_ == 0) throw usage_error("nothing is left for training", "hold out a smaller share");
  if (share > 0 && held_out() == 0) throw usage_error("the held-out share has no sample", "hold out a larger share");
}

std::uint64_t RowSplit::training_row(std::uint64_t index) const {
  return Permutation(rows_, seed_, kSplitEpoch)(index);
}

std::uint64_t RowSplit::held_out_row(std::uint64_t index) const {
  return training_row(training_ + index);
}

model::MlpConfig mlp_for(const model::MlpSpec& spec, const TableSource& source) {
  std::set<double> distinct;
  bool whole = true;
  for (std::uint64_t row = 0; row < source.rows(); ++row) {
    const double value = source.target(row);
    if (!std::isfinite(value))
      throw data_error(source.name(), "\"" + source.target_name() + "\": row " + std::to_string(row) + " is not finite",
                       "leave such rows out: compress-dataset --non-finite drop-samples");
    whole = whole && value == std::floor(value);
    if (distinct.size() <= kMostClasses) distinct.insert(value);
  }
  const bool classes = whole && distinct.size() >= 2 && distinct.size() <= kMostClasses;
  if (spec.task == model::MlpTask::classes && !classes)
    throw data_error(
        source.name(),
        "\"" + source.target_name() + "\": expected 2 to " + std::to_string(kMostClasses) + " classes as whole numbers",
        "say task=values to learn numbers");
  model::MlpConfig config;
  config.task = spec.task.value_or(classes ? model::MlpTask::classes : model::MlpTask::values);
  config.inputs = source.inputs();
  config.hidden.assign(static_cast<std::size_t>(spec.layers), spec.hidden);
  config.outputs = 1;
  if (config.task == model::MlpTask::classes) {
    config.class_values.assign(distinct.begin(), distinct.end());
    config.outputs = static_cast<std::int64_t>(distinct.size());
  }
  return config;
}

namespace {

/// Mean and deviation of what is finite.
struct Moments2 {
  double count = 0, sum = 0, squares = 0;
  void add(double value) {
    if (!std::isfinite(value)) return;
    ++count;
    sum += value;
    squares += value * value;
  }
  void add(const Moments2& other) {
    count += other.count;
    sum += other.sum;
    squares += other.squares;
  }
  float offset() const { return count > 0 ? static_cast<float>(sum / count) : 0.0f; }
  float factor() const {
    const double variance = count > 0 ? squares / count - (sum / count) * (sum / count) : 0;
    // What rounding leaves of a constant is no deviation.
    return variance > 1e-12 * (squares / std::max(count, 1.0)) ? static_cast<float>(1 / std::sqrt(variance)) : 1.0f;
  }
};

}  // namespace

model::MlpScaling scaling_of(const TableSource& source, const RowSplit& split, const model::MlpConfig& config) {
  std::vector<Moments2> columns(static_cast<std::size_t>(source.inputs()));
  Moments2 target;
  std::vector<float> numbers(columns.size());
  const std::uint64_t taken = std::min(split.training(), kScalingRows);
  for (std::uint64_t i = 0; i < taken; ++i) {
    const std::uint64_t row = split.training_row(i);
    source.read(row, numbers);
    for (std::size_t column = 0; column < columns.size(); ++column) columns[column].add(numbers[column]);
    target.add(source.target(row));
  }
  for (const FeatureArray& one : source.features()) {
    if (!one.image()) continue;
    const auto part =
        std::span(columns).subspan(static_cast<std::size_t>(one.first), static_cast<std::size_t>(one.count));
    Moments2 whole;
    for (const Moments2& column : part) whole.add(column);
    std::fill(part.begin(), part.end(), whole);
  }
  model::MlpScaling scaling;
  for (const Moments2& column : columns) {
    scaling.input_offset.push_back(column.offset());
    scaling.input_factor.push_back(column.factor());
  }
  const bool values = config.task == model::MlpTask::values;
  scaling.output_offset.assign(static_cast<std::size_t>(config.outputs), values ? target.offset() : 0.0f);
  scaling.output_factor.assign(static_cast<std::size_t>(config.outputs), values ? target.factor() : 1.0f);
  return scaling;
}

}  // namespace daybreak::training
