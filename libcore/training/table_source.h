#pragma once
// A dataset as rows: numbers of a sample, and what is to be learned of it.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/dataset/reader.h"
#include "libcore/model/mlp_config.h"

namespace daybreak::training {

/// Numbers of a sample that stand together in one array.
struct FeatureArray {
  std::size_t array = 0;   // of the reader
  std::int64_t first = 0;  // of its numbers among those of the sample
  std::int64_t count = 0;
  std::optional<std::int64_t> left_out;  // a column that is the target
  io::Shape sample_shape;                // [28, 28] of an image
  bool image() const { return sample_shape.size() >= 2; }
};

/// An open dataset of samples. Reading is for any number of threads.
class TableSource {
 public:
  /// target: an array with a number for each sample, or ARRAY:COLUMN of a table; nothing: the one array of labels. All
  /// other arrays of numbers with a row for each sample are what it is learned from. Errors: Error (no_input; usage for
  /// a target that is not there; data where there are no samples or nothing to learn from, naming the arrays).
  TableSource(const std::string& path, const std::optional<std::string>& target);

  const std::string& name() const { return reader_.name(); }
  /// As TokenSource::part_paths().
  std::vector<std::string> part_paths() const { return reader_.part_paths(); }
  const std::string& target_name() const { return target_name_; }
  std::uint64_t rows() const { return rows_; }
  std::int64_t inputs() const { return inputs_; }
  const std::vector<FeatureArray>& features() const { return features_; }

  /// The numbers of a sample [inputs], as they are stored. Errors: Error (data) for a damaged chunk.
  void read(std::uint64_t row, std::span<float> out) const;
  double target(std::uint64_t row) const;
  /// 16 hexadecimal digits that tell this dataset from another: over its size and the samples at its two ends.
  std::string fingerprint() const;

 private:
  std::size_t find_target(const std::optional<std::string>& wanted);
  void add_features();
  [[noreturn]] void fail(const std::string& message) const;

  dataset::Reader reader_;
  std::string target_name_;
  std::size_t target_ = 0;
  std::optional<std::int64_t> target_column_;
  std::uint64_t rows_ = 0;
  std::int64_t inputs_ = 0;
  std::vector<FeatureArray> features_;
};

/// Which samples are learned from and which are held out: drawn by the seed.
class RowSplit {
 public:
  /// share: of the rows, held out. Errors: Error (usage) where a part would be empty.
  RowSplit(std::uint64_t rows, double share, std::uint64_t seed);
  std::uint64_t training() const { return training_; }
  std::uint64_t held_out() const { return rows_ - training_; }
  /// Row of the `index`-th training sample, and of the `index`-th one that is held out.
  std::uint64_t training_row(std::uint64_t index) const;
  std::uint64_t held_out_row(std::uint64_t index) const;

 private:
  std::uint64_t rows_, training_, seed_;
};

/// A perceptron for this data. Classes are the distinct labels of all rows, at most 1000 whole numbers; reads every
/// label. Errors: Error (data) for labels that are not finite, or no classes where the spec asks for them.
model::MlpConfig mlp_for(const model::MlpSpec& spec, const TableSource& source);

/// Offsets and factors that give the training samples mean 0 and deviation 1: each column of a table for itself, an
/// image as a whole; of values the outputs too. From at most 65,536 samples; what is not finite is left out, and a
/// column that never changes gets the factor 1.
model::MlpScaling scaling_of(const TableSource& source, const RowSplit& split, const model::MlpConfig& config);

}  // namespace daybreak::training
