#include "libcore/model/softmax_regression.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/common/philox.h"

namespace daybreak::model {
namespace {

/// A number in [0, 1), the same for the same arguments everywhere.
double uniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  const auto words = kernels::philox_block(seed, stream, index);
  return kernels::unit_interval(words[0], words[1]);
}

void shuffle(std::vector<std::uint32_t>& order, std::uint64_t seed, std::uint64_t stream) {
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[static_cast<std::size_t>(uniform(seed, stream, i) * static_cast<double>(i))]);
}

/// Adam's moments and its step.
class Adam {
 public:
  explicit Adam(std::size_t size) : first_(size), second_(size) {}

  void step(std::span<double> weights, std::span<const double> gradient, double learning_rate) {
    constexpr double kFirst = 0.9, kSecond = 0.999, kEpsilon = 1e-8;
    ++steps_;
    const double rate = learning_rate / (1 - std::pow(kFirst, steps_)), scale = 1 - std::pow(kSecond, steps_);
    for (std::size_t i = 0; i < weights.size(); ++i) {
      first_[i] += (1 - kFirst) * (gradient[i] - first_[i]);
      second_[i] += (1 - kSecond) * (gradient[i] * gradient[i] - second_[i]);
      weights[i] -= rate * first_[i] / (std::sqrt(second_[i] / scale) + kEpsilon);
    }
  }

 private:
  std::vector<double> first_, second_;
  double steps_ = 0;
};

}  // namespace

SoftmaxRegression::SoftmaxRegression(std::size_t columns, std::size_t classes)
    : columns_(columns), classes_(classes), weights_((columns + 1) * classes) {}

void SoftmaxRegression::log_probabilities(std::span<const float> row, std::span<double> out) const {
  std::copy_n(weights_.end() - static_cast<std::ptrdiff_t>(classes_), classes_, out.begin());
  for (std::size_t c = 0; c < columns_; ++c) {
    const double x = row[c];
    const double* weight = weights_.data() + c * classes_;
    for (std::size_t k = 0; k < classes_; ++k) out[k] += x * weight[k];
  }
  const double most = *std::max_element(out.begin(), out.end());
  double sum = 0;
  for (const double logit : out) sum += std::exp(logit - most);
  for (double& logit : out) logit -= most + std::log(sum);
}

double SoftmaxRegression::loss(const LabeledRows& rows) const {
  std::vector<double> logs(classes_);
  double sum = 0;
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    log_probabilities(rows.row(i), logs);
    sum -= logs[rows.labels[i]];
  }
  return sum / static_cast<double>(rows.labels.size());
}

double SoftmaxRegression::accuracy(const LabeledRows& rows) const {
  std::vector<double> logs(classes_);
  std::size_t right = 0;
  for (std::size_t i = 0; i < rows.labels.size(); ++i) {
    log_probabilities(rows.row(i), logs);
    const auto likeliest = std::max_element(logs.begin(), logs.end()) - logs.begin();
    right += static_cast<std::uint32_t>(likeliest) == rows.labels[i] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(rows.labels.size());
}

void SoftmaxRegression::gradient(const LabeledRows& rows, std::span<const std::uint32_t> picked, double l2,
                                 std::span<double> out) const {
  std::vector<double> logs(classes_);
  std::fill(out.begin(), out.end(), 0);
  double* biases = out.data() + columns_ * classes_;
  for (const std::uint32_t index : picked) {
    const auto row = rows.row(index);
    log_probabilities(row, logs);
    for (double& log : logs) log = std::exp(log) / static_cast<double>(picked.size());
    logs[rows.labels[index]] -= 1 / static_cast<double>(picked.size());
    for (std::size_t c = 0; c < columns_; ++c) {
      const double x = row[c];
      for (std::size_t k = 0; k < classes_; ++k) out[c * classes_ + k] += x * logs[k];
    }
    for (std::size_t k = 0; k < classes_; ++k) biases[k] += logs[k];
  }
  for (std::size_t i = 0; i < columns_ * classes_; ++i) out[i] += l2 * weights_[i];
}

void SoftmaxRegression::train(const LabeledRows& rows, const RegressionOptions& options, std::uint64_t seed) {
  constexpr double kSmall = 0.02;
  for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i] = kSmall * (uniform(seed, 0, i) - 0.5);
  std::vector<std::uint32_t> order(rows.labels.size());
  std::iota(order.begin(), order.end(), 0u);
  std::vector<double> slope(weights_.size());
  Adam adam(weights_.size());
  const std::size_t batches = (order.size() + options.batch - 1) / options.batch;
  const auto steps = static_cast<double>(batches * options.epochs);
  for (std::size_t epoch = 0, step = 0; epoch < options.epochs; ++epoch) {
    shuffle(order, seed, epoch + 1);
    for (std::size_t first = 0; first < order.size(); first += options.batch, ++step) {
      const auto batch = std::span(order).subspan(first, std::min(options.batch, order.size() - first));
      gradient(rows, batch, options.l2, slope);
      adam.step(weights_, slope, options.learning_rate * (1 - static_cast<double>(step) / steps));
    }
  }
}

}  // namespace daybreak::model
