#include "libcore/finance/chance/symmetric_matrix.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace daybreak::finance {
namespace {

/// Rotates in the plane of rows p and q so that the element there vanishes.
void rotate(SymmetricMatrix& a, std::vector<double>& vectors, std::size_t p, std::size_t q) {
  const double apart = (a.at(q, q) - a.at(p, p)) / (2 * a.at(p, q));
  const double t = std::copysign(1 / (std::abs(apart) + std::hypot(1, apart)), apart);
  const double c = 1 / std::hypot(1, t), s = t * c;
  const double pp = a.at(p, p) - t * a.at(p, q), qq = a.at(q, q) + t * a.at(p, q);
  for (std::size_t i = 0; i < a.size; ++i) {
    const double ip = a.at(i, p), iq = a.at(i, q);
    a.set(i, p, c * ip - s * iq);
    a.set(i, q, s * ip + c * iq);
    double &vp = vectors[i * a.size + p], &vq = vectors[i * a.size + q];
    const double left = vp;
    vp = c * left - s * vq;
    vq = s * left + c * vq;
  }
  a.set(p, p, pp);
  a.set(q, q, qq);
  a.set(p, q, 0);
}

double largest_apart(const SymmetricMatrix& a, const SymmetricMatrix& b) {
  double largest = 0;
  for (std::size_t i = 0; i < a.values.size(); ++i) largest = std::max(largest, std::abs(a.values[i] - b.values[i]));
  return largest;
}

SymmetricMatrix without_negative_eigenvalues(const SymmetricMatrix& matrix) {
  const Eigen parts = eigen(matrix);
  SymmetricMatrix result{matrix.size, std::vector<double>(matrix.values.size())};
  for (std::size_t k = 0; k < matrix.size; ++k) {
    if (parts.values[k] <= 0) continue;
    for (std::size_t i = 0; i < matrix.size; ++i)
      for (std::size_t j = 0; j < matrix.size; ++j)
        result.values[i * matrix.size + j] += parts.values[k] * parts.vectors[k][i] * parts.vectors[k][j];
  }
  return result;
}

}  // namespace

SymmetricMatrix SymmetricMatrix::identity(std::size_t size) {
  SymmetricMatrix one{size, std::vector<double>(size * size)};
  for (std::size_t i = 0; i < size; ++i) one.set(i, i, 1);
  return one;
}

Eigen eigen(const SymmetricMatrix& matrix) {
  constexpr int kMostSweeps = 60;
  const std::size_t n = matrix.size;
  SymmetricMatrix a = matrix;
  std::vector<double> vectors = SymmetricMatrix::identity(n).values;
  for (int sweep = 0; sweep < kMostSweeps; ++sweep) {
    bool rotated = false;
    for (std::size_t p = 0; p < n; ++p)
      for (std::size_t q = p + 1; q < n; ++q) {
        if (std::abs(a.at(p, q)) <= 1e-17 * (std::abs(a.at(p, p)) + std::abs(a.at(q, q)))) continue;
        rotate(a, vectors, p, q);
        rotated = true;
      }
    if (!rotated) break;
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return a.at(i, i) < a.at(j, j); });
  Eigen result;
  for (const std::size_t k : order) {
    result.values.push_back(a.at(k, k));
    std::vector<double>& vector = result.vectors.emplace_back(n);
    for (std::size_t i = 0; i < n; ++i) vector[i] = vectors[i * n + k];
  }
  return result;
}

SymmetricMatrix nearest_correlation(const SymmetricMatrix& matrix) {
  constexpr int kMostRounds = 20'000;
  constexpr double kStill = 1e-13;
  SymmetricMatrix y = matrix, correction{matrix.size, std::vector<double>(matrix.values.size())};
  for (int round = 0; round < kMostRounds; ++round) {
    SymmetricMatrix r = y;
    for (std::size_t i = 0; i < r.values.size(); ++i) r.values[i] -= correction.values[i];
    SymmetricMatrix next = without_negative_eigenvalues(r);
    for (std::size_t i = 0; i < r.values.size(); ++i) correction.values[i] = next.values[i] - r.values[i];
    for (std::size_t i = 0; i < next.size; ++i) next.set(i, i, 1);
    const double changed = largest_apart(next, y);
    y = std::move(next);
    if (changed < kStill) break;
  }
  return y;
}

std::vector<double> cholesky(const SymmetricMatrix& matrix) {
  constexpr double kNothing = 1e-10;
  const std::size_t n = matrix.size;
  std::vector<double> lower(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    double pivot = matrix.at(j, j);
    for (std::size_t k = 0; k < j; ++k) pivot -= lower[j * n + k] * lower[j * n + k];
    if (pivot < kNothing) continue;
    lower[j * n + j] = std::sqrt(pivot);
    for (std::size_t i = j + 1; i < n; ++i) {
      double sum = matrix.at(i, j);
      for (std::size_t k = 0; k < j; ++k) sum -= lower[i * n + k] * lower[j * n + k];
      lower[i * n + j] = sum / lower[j * n + j];
    }
  }
  return lower;
}

}  // namespace daybreak::finance
