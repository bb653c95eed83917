#include "tools/compress-dataset/task_data.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>
#include <set>

#include "libcore/base/error.h"
#include "libcore/dataset/integrity.h"
#include "libcore/dataset/real_values.h"
#include "libcore/io/sample_columns.h"
#include "libcore/io/stretches.h"

namespace daybreak::compress_dataset {
namespace {

constexpr std::size_t kMostClasses = 1000;
constexpr std::uint64_t kFewestRows = 100, kMostRows = 20000;
constexpr std::uint64_t kMostFeatures = std::uint64_t{1} << 25;  // rows * columns: 128 MiB
constexpr const char* kHint = "say --label NAME for an array of classes with a row for each sample";

std::size_t row_elements(const io::ArrayInfo& array) {
  return array.bytes() / io::dtype_bytes(array.type) / array.shape[0];
}

std::vector<double> read_row(const io::ArraySource& source, std::uint64_t row) {
  std::vector<double> values(row_elements(source.info()));
  std::vector<std::byte> bytes(values.size() * io::dtype_bytes(source.info().type));
  source.read(row * bytes.size(), bytes);
  dataset::numbers_to_doubles(source.info().type, bytes, values);
  return values;
}

struct NamedSource {
  std::string name;  // as the file calls it
  const io::ArraySource* source;
  std::string role;
};

std::vector<NamedSource> arrays_of(const std::vector<dataset::CompressInput>& inputs) {
  std::vector<NamedSource> arrays;
  for (const dataset::CompressInput& input : inputs)
    for (const auto& source : input.file.arrays) {
      NamedSource one{input.group + source->info().name, source.get(), ""};
      for (const auto* attributes : {&input.file.attributes, &input.notes})
        if (const io::Attribute* role = io::find_attribute(*attributes, source->info().name, io::kRole))
          if (const auto texts = io::attribute_texts(*role); texts.size() == 1) one.role = texts[0];
      arrays.push_back(std::move(one));
    }
  return arrays;
}

/// The one array of labels: of those that are marked so, the one that --label names where it names any.
const NamedSource& find_labels(const std::vector<NamedSource>& arrays, const std::vector<std::string>& labels) {
  const NamedSource* found = nullptr;
  for (const NamedSource& array : arrays) {
    const auto named = [&](const std::string& label) {
      return array.name == label || array.name.ends_with("/" + label);
    };
    if (array.role != "labels" || (!labels.empty() && std::none_of(labels.begin(), labels.end(), named))) continue;
    if (found != nullptr)
      throw usage_error("--task-check: both \"" + found->name + "\" and \"" + array.name + "\" are labels", kHint);
    found = &array;
  }
  if (found == nullptr) throw usage_error("--task-check: no array is said to hold labels", kHint);
  return *found;
}

}  // namespace

TaskData::TaskData(const std::vector<dataset::CompressInput>& inputs, const std::vector<std::string>& labels) {
  const std::vector<NamedSource> arrays = arrays_of(inputs);
  const NamedSource& label = find_labels(arrays, labels);
  const io::ArrayInfo& info = label.source->info();
  const std::uint64_t count = info.shape.empty() ? 1 : info.shape[0];
  if (!dataset::is_number(info.type) || count < kFewestRows || row_elements(info) != 1)
    throw usage_error("--task-check: \"" + label.name + "\" is " + io::type_and_shape(info) +
                          ", expected a number for each of at least " + std::to_string(kFewestRows) + " samples",
                      kHint);
  Sources sources;
  for (const NamedSource& array : arrays) {
    const io::ArrayInfo& other = array.source->info();
    if (!array.role.empty() || other.shape.empty() || other.shape[0] != count || !dataset::is_number(other.type)) continue;
    names_.push_back(array.name);
    sources.push_back(array.source);
    columns_ += row_elements(other);
  }
  if (columns_ == 0 || columns_ > kMostFeatures / kFewestRows)
    throw usage_error("--task-check: found " + std::to_string(columns_) + " numbers with each of the " +
                          std::to_string(count) + " labels of \"" + label.name + "\", expected 1 to " +
                          std::to_string(kMostFeatures / kFewestRows),
                      kHint);
  const std::uint64_t most = std::min({count, kMostRows, kMostFeatures / columns_});
  for (std::uint64_t i = 0; i < most; ++i) rows_.push_back(i * count / most);
  take_labels(*label.source, label.name);
  features_ = gather(sources);
}

void TaskData::take_labels(const io::ArraySource& source, const std::string& name) {
  std::vector<double> values;
  std::set<double> classes;
  for (const std::uint64_t row : rows_) {
    values.push_back(read_row(source, row)[0]);
    if (!std::isfinite(values.back()) || values.back() != std::floor(values.back()))
      throw data_error(
          "\"" + name + "\"",
          "row " + std::to_string(row) + " is " + std::to_string(values.back()) + ", expected the number of a class",
          "the task check learns classes");
    if (classes.size() <= kMostClasses) classes.insert(values.back());
  }
  if (classes.size() < 2 || classes.size() > kMostClasses)
    throw data_error(
        "\"" + name + "\"",
        "expected 2 to " + std::to_string(kMostClasses) + " classes, found " + (classes.size() < 2 ? "one" : "more"),
        "the task check learns classes");
  classes_ = static_cast<std::uint32_t>(classes.size());
  for (const double value : values)
    labels_.push_back(static_cast<std::uint32_t>(std::distance(classes.begin(), classes.find(value))));
}

std::vector<float> TaskData::gather(const Sources& sources) const {
  std::vector<float> features;
  features.reserve(rows_.size() * columns_);
  for (const std::uint64_t row : rows_)
    for (const io::ArraySource* source : sources)
      for (const double value : read_row(*source, row)) features.push_back(static_cast<float>(value));
  return features;
}

std::vector<float> TaskData::features_of(const dataset::Archive& archive) const {
  Sources sources;
  for (const std::string& name : names_)
    for (std::size_t i = 0; i < archive.layout().arrays.size(); ++i)
      if (archive.layout().arrays[i].info.name == name) sources.push_back(&archive.original(i));
  return gather(sources);
}

std::vector<double> TaskData::missing_in(const dataset::Archive& archive) const {
  std::vector<double> missing;
  for (const dataset::KeptArray& array : archive.layout().arrays)
    if (array.loss) missing.insert(missing.end(), array.loss->missing.begin(), array.loss->missing.end());
  return missing;
}

}  // namespace daybreak::compress_dataset
