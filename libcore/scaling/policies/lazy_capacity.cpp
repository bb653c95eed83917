#include "libcore/scaling/policies/lazy_capacity.h"

#include <algorithm>

namespace daybreak::scaling {
namespace {

constexpr double kRounding = 1e-9;  // of a start: costs that differ by less are equal

}  // namespace

void LazyCapacity::add(std::span<const double> cost, double slope) {
  for (std::size_t x = value_.size() - 1; x-- > 0;) value_[x] = std::min(value_[x], value_[x + 1]);
  for (std::size_t x = 1; x < value_.size(); ++x) value_[x] = std::min(value_[x], value_[x - 1] + start_);
  while (value_.size() < cost.size()) value_.push_back(value_.back() + start_);  // levels that nothing ever asked for
  for (std::size_t x = 0; x < value_.size(); ++x) {
    const std::size_t given = std::min(x, cost.size() - 1);
    value_[x] += cost[given] + slope * static_cast<double>(x - given);
  }
  const double least = *std::min_element(value_.begin(), value_.end()), rise = (start_ + slope) - kRounding * start_;
  for (double& value : value_) value -= least;
  while (value_.size() > 1 && value_.back() - value_[value_.size() - 2] >= rise) value_.pop_back();
}

LazyCapacity::Bounds LazyCapacity::bounds() const {
  std::size_t lower = 0, upper = 0;
  const auto without_starts = [&](std::size_t x) { return value_[x] - start_ * static_cast<double>(x); };
  for (std::size_t x = 1; x < value_.size(); ++x) {
    if (value_[x] < value_[lower] - kRounding * start_) lower = x;
    if (without_starts(x) <= without_starts(upper) + kRounding * start_) upper = x;
  }
  return {static_cast<std::int64_t>(lower), static_cast<std::int64_t>(upper)};
}

void LazyCapacity::restore(const io::Json& state) {
  value_.clear();
  for (const io::Json& value : state.as_array()) value_.push_back(value.as_double());
}

}  // namespace daybreak::scaling
