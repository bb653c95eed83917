#pragma once
// Multinomial logistic regression: the smallest model that learns classes from features, for comparing data sets.
#include <cstdint>
#include <span>
#include <vector>

namespace daybreak::model {

/// Rows of features and the class of each.
struct LabeledRows {
  std::size_t columns = 0;
  std::span<const float> features;        // [rows, columns], finite
  std::span<const std::uint32_t> labels;  // [rows], below the number of classes

  std::span<const float> row(std::size_t index) const { return features.subspan(index * columns, columns); }
};

struct RegressionOptions {
  std::size_t batch = 64;  // rows of a step
  std::size_t epochs = 20;
  double learning_rate = 0.01;  // of Adam (Kingma and Ba 2015); falls to 0 evenly
  double l2 = 1e-4;             // half of it times the squared weights, biases apart, is added to the loss
};

/// P(class k) is proportional to exp(bias_k + sum_c x_c weight_ck). Everything in double and in a fixed order.
class SoftmaxRegression {
 public:
  SoftmaxRegression(std::size_t columns, std::size_t classes);

  /// [columns + 1, classes], the biases last.
  std::span<double> weights() { return weights_; }
  /// Mean cross-entropy in nats.
  double loss(const LabeledRows& rows) const;
  /// Share of rows whose class is the likeliest; of equally likely ones the first.
  double accuracy(const LabeledRows& rows) const;
  /// The gradient of the mean loss of the picked rows and of the penalty; `out` as weights().
  void gradient(const LabeledRows& rows, std::span<const std::uint32_t> picked, double l2, std::span<double> out) const;
  /// From small weights; `seed` decides these and the order of the rows.
  void train(const LabeledRows& rows, const RegressionOptions& options, std::uint64_t seed);

 private:
  void log_probabilities(std::span<const float> row, std::span<double> out) const;

  std::size_t columns_, classes_;
  std::vector<double> weights_;
};

}  // namespace daybreak::model
