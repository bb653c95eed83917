#include "libcore/dataset/integrity.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "libcore/base/median.h"
#include "libcore/dataset/real_values.h"
#include "libcore/dataset/rounding.h"

namespace daybreak::dataset {

bool is_real(io::DType type) {
  return type == io::DType::f16 || type == io::DType::bf16 || type == io::DType::f32 || type == io::DType::f64;
}

std::uint64_t columns_of(const io::ArrayInfo& array) {
  const bool table = array.shape.size() >= 2 && array.shape.back() != 0 && array.shape.back() <= kMostColumns;
  return table ? array.shape.back() : 1;
}

double ArrayIntegrity::psnr_db() const {
  return mean_square_error == 0 ? std::numeric_limits<double>::infinity()
                                : 20 * std::log10(peak_to_peak / std::sqrt(mean_square_error));
}

void ErrorSums::add(double x, double y) {
  if (x == 0 && std::signbit(x) != std::signbit(y)) ++mismatches;
  if (count == 0) origin = x;
  ++count;
  const double away = x - origin, error = x - y;
  deviation += away;
  deviation2 += away * away;
  error2 += error * error;
}

void ErrorSums::add(const ErrorSums& other) {
  mismatches += other.mismatches;
  if (other.count == 0) return;
  if (count == 0) origin = other.origin;
  const double shift = other.origin - origin, n = static_cast<double>(other.count);
  deviation2 += other.deviation2 + 2 * shift * other.deviation + n * shift * shift;
  deviation += other.deviation + n * shift;
  count += other.count;
  error2 += other.error2;
}

double ErrorSums::variance_sum() const {
  return count == 0 ? 0 : std::max(0.0, deviation2 - deviation * deviation / static_cast<double>(count));
}

double ErrorSums::integrity() const {
  if (mismatches != 0) return 0;
  if (error2 == 0) return 1;
  const double variance = variance_sum();
  const double lost = error2 / variance;
  return variance == 0 || !std::isfinite(lost) ? 0 : 1 - lost;  // squares beyond a double prove nothing
}

IntegrityMeter::IntegrityMeter(const io::ArrayInfo& array, std::vector<double> missing, std::uint64_t first_element)
    : type_(array.type),
      missing_(std::move(missing)),
      sums_{std::vector<ErrorSums>(columns_of(array))},
      next_column_(first_element % sums_.columns.size()) {}

void IntegrityMeter::add(std::span<const std::byte> original, std::span<const std::byte> decoded) {
  constexpr std::size_t kAtOnce = 4096;
  const std::size_t width = io::dtype_bytes(type_);
  double x[kAtOnce], y[kAtOnce];
  while (!original.empty()) {
    const std::size_t count = std::min(kAtOnce, original.size() / width), bytes = count * width;
    to_doubles(type_, original.first(bytes), {x, count});
    to_doubles(type_, decoded.first(bytes), {y, count});
    for (std::size_t i = 0; i < count; ++i) {
      const bool same = std::memcmp(original.data() + i * width, decoded.data() + i * width, width) == 0;
      ErrorSums& column = sums_.columns[next_column_];
      next_column_ = next_column_ + 1 == sums_.columns.size() ? 0 : next_column_ + 1;
      if (!std::isfinite(x[i]) || !std::isfinite(y[i]) || is_missing(x[i], missing_)) {
        column.add_special(same);
        continue;
      }
      column.add(x[i], y[i]);
      sums_.low = std::min(sums_.low, x[i]);
      sums_.high = std::max(sums_.high, x[i]);
      const double error = std::fabs(x[i] - y[i]);
      if (same || error == 0) continue;
      sums_.max_abs = std::max(sums_.max_abs, error);
      sums_.max_rel = std::max(sums_.max_rel, error / std::fabs(x[i]));  // x = 0 gives infinity
    }
    original = original.subspan(bytes);
    decoded = decoded.subspan(bytes);
  }
}

ArrayIntegrity IntegrityMeter::result() const {
  return sums_.result(missing_);
}

void LossSums::add(const LossSums& later) {
  for (std::size_t i = 0; i < columns.size(); ++i) columns[i].add(later.columns.at(i));
  low = std::min(low, later.low);
  high = std::max(high, later.high);
  max_abs = std::max(max_abs, later.max_abs);
  max_rel = std::max(max_rel, later.max_rel);
}

ArrayIntegrity LossSums::result(std::vector<double> missing) const {
  ArrayIntegrity result;
  result.columns = columns.size();
  result.missing = std::move(missing);
  ErrorSums all;
  std::vector<double> each;
  for (const ErrorSums& column : columns) {
    each.push_back(column.integrity());
    all.add(column);
  }
  const auto worst = std::min_element(each.begin(), each.end());
  result.worst_column = static_cast<std::uint64_t>(worst - each.begin());
  result.integrity = *worst;
  result.median = median(each);
  result.special_mismatches = all.mismatches;
  const double variance = all.variance_sum();
  const double lost = all.error2 / variance;
  result.nmse = all.error2 == 0 ? 0 : std::isnan(lost) ? std::numeric_limits<double>::infinity() : lost;
  result.mean_square_error = all.count == 0 ? 0 : all.error2 / static_cast<double>(all.count);
  result.peak_to_peak = all.count == 0 ? 0 : high - low;
  result.max_abs_error = max_abs;
  result.max_rel_error = max_rel;
  result.sums = *this;
  return result;
}

}  // namespace daybreak::dataset
