// Laws of any parameters, and correlations of any values.
#include <algorithm>
#include <cmath>
#include <random>

#include "libcore/finance/chance/distribution.h"
#include "libcore/finance/chance/symmetric_matrix.h"
#include "tests/support/catch.hpp"

using namespace daybreak::finance;

namespace {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : random_(seed) {}
  double between(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random_); }
  double power_of_ten(double low, double high) { return std::pow(10, between(low, high)); }
  Distribution law(int kind) {
    const double low = between(-50, 50), width = power_of_ten(-3, 3), mode = low + width * between(0, 1);
    switch (kind) {
      case 0: return normal(low, width);
      case 1: return lognormal(between(-3, 3), power_of_ten(-2, 0.5));
      case 2: return uniform(low, low + width);
      case 3: return triangular(low, mode, low + width);
      case 4: return pert(low, mode, low + width, power_of_ten(-1, 2));
      case 5: return beta(power_of_ten(-2, 3), power_of_ten(-2, 3), low, low + width);
      default: return truncated(normal(low, width), low + width * between(-4, 1), low + width * between(1.1, 5));
    }
  }
  SymmetricMatrix correlations(std::size_t size) {
    SymmetricMatrix matrix = SymmetricMatrix::identity(size);
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < i; ++j) matrix.set(i, j, between(-1, 1));
    return matrix;
  }
  /// Of vectors of length 1, so that it is one.
  SymmetricMatrix gram(std::size_t size) {
    std::vector<std::vector<double>> vectors(size, std::vector<double>(size));
    for (auto& vector : vectors) {
      double squares = 0;
      for (double& one : vector) {
        one = between(-1, 1);
        squares += one * one;
      }
      for (double& one : vector) one /= std::sqrt(squares);
    }
    SymmetricMatrix matrix = SymmetricMatrix::identity(size);
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < i; ++j) {
        double product = 0;
        for (std::size_t k = 0; k < size; ++k) product += vectors[i][k] * vectors[j][k];
        matrix.set(i, j, product);
      }
    return matrix;
  }

 private:
  std::mt19937_64 random_;
};

double distance(const SymmetricMatrix& a, const SymmetricMatrix& b) {
  double squares = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) squares += (a.values[i] - b.values[i]) * (a.values[i] - b.values[i]);
  return std::sqrt(squares);
}

}  // namespace

TEST_CASE("quantiles rise with the chance, and their chance is the one that they were asked for") {
  Draw draw(5);
  for (int round = 0; round < 700; ++round) {
    const Distribution law = draw.law(round % 7);
    std::vector<double> chances;
    for (int i = 0; i < 40; ++i) chances.push_back(i % 4 == 0 ? draw.power_of_ten(-15, 0) : draw.between(0, 1));
    std::sort(chances.begin(), chances.end());
    double before = -INFINITY;
    for (const double p : chances) {
      const double x = law.quantile(p), here = law.cdf(x);
      INFO("round " << round << ", chance " << p << ": " << x << " has " << here);
      CHECK(x >= before);
      before = x;
      // Doubles are a step apart: the chance lies between those of the neighbors, or is as good as exact.
      const double step = 4e-15 * std::max(std::abs(x), 100.0);
      const bool between = law.cdf(x - step) <= p * (1 + 1e-9) && p <= law.cdf(x + step) * (1 + 1e-9);
      CHECK((between || std::abs(here - p) <= 1e-9 * p));
    }
  }
}

TEST_CASE("a mean is that of many even quantiles") {
  Draw draw(6);
  constexpr int kParts = 20'000;
  for (int round = 0; round < 140; ++round) {
    const Distribution law = draw.law(round % 7);
    double sum = 0;
    for (int i = 0; i < kParts; ++i) sum += law.quantile((i + 0.5) / kParts);
    const double width = law.quantile(1 - 1e-4) - law.quantile(1e-4);
    INFO("round " << round);
    CHECK(std::abs(sum / kParts - law.mean()) < 2e-3 * width + 1e-12 * std::abs(law.mean()));
  }
}

TEST_CASE("nearest correlations can be, and no others that can be are nearer") {
  Draw draw(7);
  for (int round = 0; round < 60; ++round) {
    const auto size = static_cast<std::size_t>(2 + round % 6);
    const SymmetricMatrix wanted = draw.correlations(size), near = nearest_correlation(wanted);
    INFO("round " << round << ", size " << size);
    CHECK(eigen(near).values[0] > -1e-9);
    for (std::size_t i = 0; i < size; ++i) CHECK(near.at(i, i) == 1);
    const double reached = distance(wanted, near);
    for (int other = 0; other < 50; ++other) {
      CHECK(distance(wanted, draw.gram(size)) >= reached - 1e-9);
      // Also on the way from the answer to another one, where it would be nearer if the answer were not the nearest.
      const SymmetricMatrix there = draw.gram(size);
      SymmetricMatrix little = near;
      for (std::size_t i = 0; i < little.values.size(); ++i) little.values[i] += 1e-3 * (there.values[i] - near.values[i]);
      CHECK(distance(wanted, little) >= reached - 1e-9);
    }
  }
}

TEST_CASE("eigenvalues and vectors give the matrix back, and so does its triangle") {
  Draw draw(8);
  for (int round = 0; round < 60; ++round) {
    const auto size = static_cast<std::size_t>(2 + round % 20);
    const SymmetricMatrix matrix = draw.gram(size);
    const Eigen parts = eigen(matrix);
    const std::vector<double> lower = cholesky(matrix);
    SymmetricMatrix again{size, std::vector<double>(size * size)}, product = again;
    for (std::size_t i = 0; i < size; ++i)
      for (std::size_t j = 0; j < size; ++j)
        for (std::size_t k = 0; k < size; ++k) {
          again.values[i * size + j] += parts.values[k] * parts.vectors[k][i] * parts.vectors[k][j];
          product.values[i * size + j] += lower[i * size + k] * lower[j * size + k];
        }
    CHECK(std::is_sorted(parts.values.begin(), parts.values.end()));
    CHECK(distance(again, matrix) < 1e-12);
    CHECK(distance(product, matrix) < 1e-9);
  }
}
