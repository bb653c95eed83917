#include <algorithm>
#include <cmath>
#include <numeric>

#include "libcore/dataset/quality.h"

namespace daybreak::dataset {
namespace {

constexpr double kLeastShare = 1e-3;  // of the variance, for a direction to count

/// A square matrix, row after row.
class Square {
 public:
  explicit Square(std::size_t size) : size_(size), values_(size * size) {}
  std::size_t size() const { return size_; }
  double* row(std::size_t i) { return values_.data() + i * size_; }
  const double* row(std::size_t i) const { return values_.data() + i * size_; }

  /// Adds the products of all pairs of `vector`, below the diagonal and on it.
  void add_products(const std::vector<double>& vector) {
    for (std::size_t i = 0; i < size_; ++i)
      for (std::size_t j = 0; j <= i; ++j) row(i)[j] += vector[i] * vector[j];
  }
  void mirror() {
    for (std::size_t i = 0; i < size_; ++i)
      for (std::size_t j = 0; j < i; ++j) row(j)[i] = row(i)[j];
  }

 private:
  std::size_t size_;
  std::vector<double> values_;
};

/// In four sums, which the processor can do side by side.
double dot(const double* a, const double* b, std::size_t size) {
  double sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= size; i += 4)
    for (std::size_t k = 0; k < 4; ++k) sums[k] += a[i + k] * b[i + k];
  for (; i < size; ++i) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/// Turns two rows into their plane until they are orthogonal; true if they were not.
bool turn(double* p, double* q, std::size_t size, double least) {
  constexpr double kOrthogonal = 1e-12;
  const double pp = dot(p, p, size), qq = dot(q, q, size), pq = dot(p, q, size);
  if (std::abs(pq) <= kOrthogonal * std::sqrt(pp * qq) || std::max(pp, qq) < least) return false;
  const double zeta = (qq - pp) / (2 * pq);
  const double tangent = std::copysign(1.0, zeta) / (std::abs(zeta) + std::hypot(1.0, zeta));
  const double cosine = 1 / std::hypot(1.0, tangent), sine = cosine * tangent;
  for (std::size_t i = 0; i < size; ++i) {
    const double kept = p[i];
    p[i] = cosine * kept - sine * q[i];
    q[i] = sine * kept + cosine * q[i];
  }
  return true;
}

/// The rows of a symmetric positive matrix become its eigenvectors times their eigenvalues: one-sided Jacobi
/// (Hestenes 1958). Pairs of rows far below the trace are left as they are. Cost: some 10 size^3.
void to_eigenvectors(Square& matrix) {
  constexpr int kMostSweeps = 30;
  double trace = 0;
  for (std::size_t i = 0; i < matrix.size(); ++i) trace += matrix.row(i)[i];
  const double least = std::pow(trace * kLeastShare * 1e-3, 2);
  bool turned = true;
  for (int sweep = 0; turned && sweep < kMostSweeps; ++sweep) {
    turned = false;
    for (std::size_t p = 0; p + 1 < matrix.size(); ++p)
      for (std::size_t q = p + 1; q < matrix.size(); ++q)
        turned = turn(matrix.row(p), matrix.row(q), matrix.size(), least) || turned;
  }
}

/// The columns to look at: those that vary, evenly chosen where there are many, with the mean and the scale of each.
struct Columns {
  std::vector<std::size_t> places;
  std::vector<double> means, scales;
};

Columns varying_columns(const RowSample& sample) {
  const auto count = static_cast<double>(sample.whole.size());
  Columns columns;
  const std::size_t looked_at = std::min(sample.columns, kMostDirections);
  for (std::size_t i = 0; i < looked_at; ++i) {
    const std::size_t c = i * sample.columns / looked_at;
    double sum = 0, squares = 0;
    for (const std::uint64_t row : sample.whole) sum += sample.original_row(row)[c];
    for (const std::uint64_t row : sample.whole) squares += std::pow(sample.original_row(row)[c] - sum / count, 2);
    if (!(squares > 0) || !std::isnormal(1 / std::sqrt(squares))) continue;
    columns.places.push_back(c);
    columns.means.push_back(sum / count);
    columns.scales.push_back(1 / std::sqrt(squares));
  }
  return columns;
}

}  // namespace

std::optional<DirectionIntegrity> direction_integrity(const RowSample& sample) {
  const Columns columns = varying_columns(sample);
  const std::size_t size = columns.places.size();
  if (size < 2) return std::nullopt;
  Square spread(size), errors(size);
  std::vector<double> away(size), error(size);
  for (const std::uint64_t row : sample.whole) {
    const auto x = sample.original_row(row), y = sample.decoded_row(row);
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t c = columns.places[i];
      away[i] = (x[c] - columns.means[i]) * columns.scales[i];
      error[i] = (x[c] - y[c]) * columns.scales[i];
    }
    spread.add_products(away);
    errors.add_products(error);
  }
  spread.mirror();
  errors.mirror();
  to_eigenvectors(spread);
  std::vector<double> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = std::sqrt(dot(spread.row(i), spread.row(i), size));
  std::vector<std::size_t> order(size);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });

  DirectionIntegrity result;
  result.columns = size;
  const auto total = static_cast<double>(size);  // each column has variance 1
  for (; result.directions < size && values[order[result.directions]] >= kLeastShare * total; ++result.directions) {
    const double value = values[order[result.directions]];
    const double* direction = spread.row(order[result.directions]);  // times value
    double lost = 0;
    for (std::size_t i = 0; i < size; ++i) lost += direction[i] * dot(errors.row(i), direction, size);
    const double integrity = 1 - lost / (value * value * value);
    if (result.directions > 0 && integrity >= result.worst_integrity) continue;
    result.worst = result.directions;
    result.worst_integrity = integrity;
    result.worst_share = value / total;
  }
  return result;
}

}  // namespace daybreak::dataset
