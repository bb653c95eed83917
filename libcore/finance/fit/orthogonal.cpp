#include "libcore/finance/fit/orthogonal.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace daybreak::finance {
double length_of(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  if (largest == 0 || !std::isfinite(largest)) return largest;
  double sum = 0;
  for (const double value : values) sum += (value / largest) * (value / largest);
  return largest * std::sqrt(sum);
}

OrthogonalFactors::OrthogonalFactors(Columns matrix, double nothing_new) : columns_(std::move(matrix)), diagonal_(columns_.size()) {
  order_.resize(columns_.size());
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  for (std::vector<double>& column : columns_) {
    lengths_.push_back(length_of(column));
    if (lengths_.back() > 0)
      for (double& entry : column) entry /= lengths_.back();
  }
  for (std::size_t step = 0; step < columns_.size(); ++step) {
    reflect(step);
    if (std::abs(diagonal_[step]) > nothing_new) rank_ = step + 1;
  }
}

void OrthogonalFactors::reflect(std::size_t step) {
  const auto left = [&](std::size_t j) { return length_of(std::span(columns_[j]).subspan(step)); };
  std::size_t longest = step;
  for (std::size_t j = step + 1; j < columns_.size(); ++j)
    if (left(j) > left(longest)) longest = j;
  std::swap(columns_[step], columns_[longest]);
  std::swap(order_[step], order_[longest]);
  std::vector<double>& v = columns_[step];
  const double length = left(step);
  diagonal_[step] = v[step] > 0 ? -length : length;
  if (length == 0) return;
  v[step] -= diagonal_[step];
  const double size = length_of(std::span(v).subspan(step));
  for (std::size_t i = step; i < v.size(); ++i) v[i] /= size;
  for (std::size_t j = step + 1; j < columns_.size(); ++j) {
    double along = 0;
    for (std::size_t i = step; i < v.size(); ++i) along += v[i] * columns_[j][i];
    for (std::size_t i = step; i < v.size(); ++i) columns_[j][i] -= 2 * along * v[i];
  }
}

std::optional<std::size_t> OrthogonalFactors::dependent_column() const {
  if (determined()) return std::nullopt;
  return order_[rank_];
}

std::vector<double> OrthogonalFactors::rotated(std::span<const double> right) const {
  std::vector<double> y(right.begin(), right.end());
  for (std::size_t step = 0; step < columns_.size(); ++step) {
    if (diagonal_[step] == 0) continue;
    const std::vector<double>& v = columns_[step];
    double along = 0;
    for (std::size_t i = step; i < v.size(); ++i) along += v[i] * y[i];
    for (std::size_t i = step; i < v.size(); ++i) y[i] -= 2 * along * v[i];
  }
  return y;
}

std::vector<double> OrthogonalFactors::solve(std::span<const double> rotated_right) const {
  std::vector<double> x(columns_.size());
  for (std::size_t j = columns_.size(); j-- > 0;) {
    double rest = rotated_right[j];
    for (std::size_t k = j + 1; k < columns_.size(); ++k) rest -= columns_[k][j] * x[order_[k]];
    x[order_[j]] = rest / diagonal_[j];
  }
  for (std::size_t j = 0; j < x.size(); ++j) x[j] /= lengths_[j];
  return x;
}

Columns OrthogonalFactors::triangle() const {
  Columns result(columns_.size(), std::vector<double>(columns_.size(), 0.0));
  for (std::size_t j = 0; j < columns_.size(); ++j) {
    std::vector<double>& column = result[order_[j]];
    for (std::size_t i = 0; i < j; ++i) column[i] = columns_[j][i] * lengths_[order_[j]];
    column[j] = diagonal_[j] * lengths_[order_[j]];
  }
  return result;
}

Columns OrthogonalFactors::inverse_gram() const {
  // inv(A' A) = inv(R) inv(R)'; row j of inv(R), in the order as given, is what solve() makes of the unit vectors.
  Columns inverse;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::vector<double> unit(columns_.size(), 0.0);
    unit[i] = 1;
    inverse.push_back(solve(unit));
  }
  Columns gram(columns_.size(), std::vector<double>(columns_.size(), 0.0));
  for (const std::vector<double>& column : inverse)
    for (std::size_t a = 0; a < gram.size(); ++a)
      for (std::size_t b = 0; b < gram.size(); ++b) gram[a][b] += column[a] * column[b];
  return gram;
}

}  // namespace daybreak::finance
