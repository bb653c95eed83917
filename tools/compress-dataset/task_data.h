#pragma once
// Features and classes out of the inputs of compress, for the task check.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/compress.h"

namespace daybreak::compress_dataset {

/// Samples: one row of each feature array, side by side, and a class.
class TaskData {
 public:
  /// The labels are the array that --label names or whose role says so; features are all other arrays of numbers with
  /// as many rows. Takes the rows at equal distances where there are many. Errors: Error (usage) where labels or
  /// features are not there; Error (data) for labels that are no classes.
  TaskData(const std::vector<dataset::CompressInput>& inputs, const std::vector<std::string>& labels);

  std::size_t columns() const { return columns_; }
  std::uint32_t classes() const { return classes_; }
  const std::vector<std::uint32_t>& labels() const { return labels_; }  // of the rows that are taken
  /// [rows, columns] of the inputs as they were.
  const std::vector<float>& features() const { return features_; }
  /// The same of the written file, and the values that stand for missing ones there.
  std::vector<float> features_of(const dataset::Archive& archive) const;
  std::vector<double> missing_in(const dataset::Archive& archive) const;

 private:
  using Sources = std::vector<const io::ArraySource*>;
  std::vector<float> gather(const Sources& sources) const;
  void take_labels(const io::ArraySource& source, const std::string& name);

  std::vector<std::string> names_;  // of the feature arrays, as the file calls them
  std::vector<std::uint64_t> rows_;
  std::size_t columns_ = 0;
  std::uint32_t classes_ = 0;
  std::vector<std::uint32_t> labels_;
  std::vector<float> features_;
};

}  // namespace daybreak::compress_dataset
