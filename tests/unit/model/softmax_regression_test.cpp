// The slope against finite differences, the optimum against Newton's method in NumPy (data/softmax_reference.py).
#include "libcore/model/softmax_regression.h"

#include <cmath>
#include <numeric>

#include "tests/support/catch.hpp"

using namespace daybreak::model;

namespace {

constexpr std::size_t kRows = 300, kColumns = 4, kClasses = 3;
constexpr double kPenalty = 0.01;

/// As softmax_reference.py makes them.
struct Samples {
  Samples() {
    std::uint64_t state = 1;
    const auto next = [&] {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      return static_cast<double>(state >> 40);
    };
    for (std::size_t row = 0; row < kRows; ++row) {
      double x[kColumns];
      for (double& value : x) features.push_back(static_cast<float>(value = next() / 0x1p23 - 1));
      const double noise = next() / 0x1p24;
      labels.push_back(noise < 0.2 ? static_cast<std::uint32_t>(noise * 15) : x[0] + x[1] > 0.3 ? 2 : x[2] > 0 ? 1 : 0);
    }
  }
  LabeledRows rows() const { return {kColumns, features, labels}; }

  std::vector<float> features;
  std::vector<std::uint32_t> labels;
};

double squares(SoftmaxRegression& model) {
  double sum = 0;
  for (const double weight : model.weights().first(kColumns * kClasses)) sum += weight * weight;
  return sum;
}

}  // namespace

TEST_CASE("the gradient is the slope of the penalized loss") {
  const Samples samples;
  SoftmaxRegression model(kColumns, kClasses);
  for (std::size_t i = 0; i < model.weights().size(); ++i) model.weights()[i] = std::sin(static_cast<double>(3 * i));
  std::vector<std::uint32_t> all(kRows);
  std::iota(all.begin(), all.end(), 0u);
  std::vector<double> gradient(model.weights().size());
  model.gradient(samples.rows(), all, kPenalty, gradient);
  constexpr double kStep = 1e-5;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const double kept = model.weights()[i];
    const auto objective = [&](double weight) {
      model.weights()[i] = weight;
      return model.loss(samples.rows()) + kPenalty / 2 * squares(model);
    };
    const double slope = (objective(kept + kStep) - objective(kept - kStep)) / (2 * kStep);
    model.weights()[i] = kept;
    CHECK(gradient[i] == Approx(slope).margin(1e-9));
  }
}

TEST_CASE("training finds the optimum, from any seed, and mini-batches come near") {
  const Samples samples;
  for (const std::uint64_t seed : {0u, 1u}) {
    SoftmaxRegression model(kColumns, kClasses);
    model.train(samples.rows(), {kRows, 4000, 0.02, kPenalty}, seed);
    CHECK(model.loss(samples.rows()) == Approx(0.672200537805412).epsilon(1e-6));
    CHECK(model.loss(samples.rows()) + kPenalty / 2 * squares(model) == Approx(0.7193868042696543).epsilon(1e-7));
    CHECK(model.accuracy(samples.rows()) == Approx(0.7833333333333333));
  }
  SoftmaxRegression once(kColumns, kClasses), again(kColumns, kClasses), other(kColumns, kClasses);
  once.train(samples.rows(), {32, 50, 0.02, kPenalty}, 1);
  again.train(samples.rows(), {32, 50, 0.02, kPenalty}, 1);
  other.train(samples.rows(), {32, 50, 0.02, kPenalty}, 2);
  CHECK(once.loss(samples.rows()) == Approx(0.6722).margin(0.005));
  CHECK(once.loss(samples.rows()) == again.loss(samples.rows()));
  CHECK(once.loss(samples.rows()) != other.loss(samples.rows()));
}

TEST_CASE("without weights every class is as likely") {
  const Samples samples;
  const SoftmaxRegression model(kColumns, kClasses);
  CHECK(model.loss(samples.rows()) == Approx(std::log(3.0)));
  CHECK(model.accuracy(samples.rows()) == Approx(101.0 / 300));  // the first class
}
