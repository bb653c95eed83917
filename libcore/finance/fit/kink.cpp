#include "libcore/finance/fit/kink.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "libcore/finance/flows/root_finding.h"

namespace daybreak::finance {
namespace {

constexpr long double kParallel = 1e-15L;  // a determinant below this share of its terms is made of rounding
constexpr int kMostDoublings = 60;

/// From `inside` outward, where the sum first exceeds the limit; nothing where it never does.
std::optional<double> edge(const std::function<double(double)>& sum, double limit, double inside, double step) {
  for (int i = 0; i < kMostDoublings; ++i, step *= 2) {
    const double outside = inside + step;
    if (sum(outside) > limit)
      return static_cast<double>(root_between(
          [&](long double at) { return static_cast<long double>(sum(static_cast<double>(at)) - limit); }, inside, outside));
    inside = outside;
  }
  return std::nullopt;
}

}  // namespace

KinkProfile::KinkProfile(const WeightedRows& rows) {
  std::vector<std::size_t> order(rows.response.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return rows.investment[i] < rows.investment[j]; });
  unit_ = last_ = rows.investment[order.back()];
  sums_.emplace_back();
  for (const std::size_t i : order) {
    const double x = rows.investment[i] / unit_;
    const long double weight = rows.weight[i], a = weight * rows.growth[i], b = a * x, z = weight * rows.response[i];
    const Sums& last = sums_.back();
    sums_.push_back({last.aa + a * a, last.ab + a * b, last.bb + b * b, last.az + a * z, last.bz + b * z});
    total_ += z * z;
    investment_.push_back(x);
    if (first_ == 0 && x > investment_.front()) first_ = rows.investment[i];
  }
  const auto meeting_place = [](const Split& at) {
    const long double determinant = at.line.aa * at.line.bb - at.line.ab * at.line.ab;
    if (!(determinant > kParallel * at.line.aa * at.line.bb)) return 0.0L;
    const long double b = (at.line.az * at.line.bb - at.line.bz * at.line.ab) / determinant;
    const long double slope = (at.line.aa * at.line.bz - at.line.ab * at.line.az) / determinant;
    return (at.past.az / at.past.aa - b) / slope;
  };
  least_over_kinks([&](const Split&, long double x) {
    const double k = std::max(static_cast<double>(x * unit_), first_);
    const double sum = at_k(k);
    if (x <= investment_.front()) return static_cast<long double>(sum);
    if (nodes_.empty() || sum < least_) best_ = k, least_ = sum;
    nodes_.push_back(k);
    return static_cast<long double>(sum);
  }, meeting_place);
}

KinkProfile::Split KinkProfile::split(std::size_t line_rows) const {
  const Sums& line = sums_[line_rows];
  const Sums& all = sums_.back();
  return {line, {all.aa - line.aa, all.ab - line.ab, all.bb - line.bb, all.az - line.az, all.bz - line.bz}};
}

KinkProfile::Split KinkProfile::split_at(long double x) const {
  return split(static_cast<std::size_t>(std::lower_bound(investment_.begin(), investment_.end(), x) - investment_.begin()));
}

/// Every investment above 0, and before it the place where line and level meet if that is between it and its neighbor.
long double KinkProfile::least_over_kinks(const std::function<long double(const Split&, long double x)>& sum,
                                          const std::function<long double(const Split&)>& meeting_place) const {
  long double least = total_;
  for (std::size_t i = 0; i < investment_.size(); ++i) {
    if (investment_[i] == 0 || (i > 0 && investment_[i] == investment_[i - 1])) continue;
    const Split here = split(i);
    const long double place = i == 0 ? 0 : meeting_place(here);
    if (i > 0 && place > investment_[i - 1] && place < investment_[i]) least = std::min(least, sum(here, place));
    least = std::min(least, sum(here, investment_[i]));
  }
  return std::max(least, 0.0L);
}

double KinkProfile::at_k(double k) const {
  const long double x = std::clamp(k, first_, last_) / static_cast<long double>(unit_);
  const Split here = split_at(x);
  const Sums& all = sums_.back();
  const long double ab = here.line.ab / x + here.past.aa, bb = here.line.bb / x / x + here.past.aa;
  // What the second column adds to the first: the product of determinants would lose the digits that nearly parallel columns need.
  const long double own = bb - ab * ab / all.aa, along = here.line.bz / x + here.past.az - ab * all.az / all.aa;
  const long double left = total_ - all.az * all.az / all.aa - (own > kParallel * bb ? along * along / own : 0);
  return static_cast<double>(std::max(left, 0.0L));
}

double KinkProfile::at_b(double b) const {
  const Sums& all = sums_.back();
  const long double without = total_ - 2 * b * all.az + static_cast<long double>(b) * b * all.aa;
  const auto sum = [&](const Split& at, long double x) {
    const long double along = (at.line.bz - b * at.line.ab) / x + at.past.az - b * at.past.aa;
    return without - along * along / (at.line.bb / x / x + at.past.aa);
  };
  return static_cast<double>(least_over_kinks(sum, [&](const Split& at) {
    return (at.past.az / at.past.aa - b) * at.line.bb / (at.line.bz - b * at.line.ab);
  }));
}

double KinkProfile::at_c(double c) const {
  const Sums& all = sums_.back();
  const auto sum = [&](const Split& at, long double x) {
    const long double along = all.az + c * (at.line.bz / x + at.past.az);
    const long double size = all.aa + 2 * c * (at.line.ab / x + at.past.aa) + c * (at.line.bb / x / x + at.past.aa) * c;
    return size > 0 ? total_ - along * along / size : total_;
  };
  // b and the slope of the line, with (1 + c) b as the level past the kink.
  const auto meeting_place = [&](const Split& at) {
    const long double level = 1 + static_cast<long double>(c);
    const long double bb = at.line.aa + level * level * at.past.aa, bz = at.line.az + level * at.past.az;
    return c * (bz * at.line.bb - at.line.bz * at.line.ab) / (bb * at.line.bz - bz * at.line.ab);
  };
  long double least = std::min(least_over_kinks(sum, meeting_place), total_ - all.az * all.az / all.aa);
  // Past the data a given c still leaves a choice of slopes; at infinity there is none.
  const Split line = split(investment_.size());
  if (const long double place = meeting_place(line); place > investment_.back()) least = std::min(least, sum(line, place));
  return static_cast<double>(std::max(least, 0.0L));
}

/// Between two neighbors of nodes_ the k below the limit are connected (they are quotients over an ellipsoid of b, slope and
/// level), so there is one crossing.
KinkProfile::Interval KinkProfile::interval_of_k(double limit) const {
  const auto within = [&](double k) { return at_k(k) <= limit; };
  const auto sum = [&](double k) { return at_k(k); };
  const auto low = std::find_if(nodes_.begin(), nodes_.end(), within);
  const auto high = std::find_if(nodes_.rbegin(), nodes_.rend(), within);
  Interval interval;
  if (low != nodes_.begin()) interval.low = edge(sum, limit, *low, *(low - 1) - *low);
  if (high != nodes_.rbegin()) interval.high = edge(sum, limit, *high, *(high - 1) - *high);
  return interval;
}

KinkProfile::Interval KinkProfile::interval_of_b(double limit, double b, double step) const {
  const auto sum = [&](double at) { return at_b(at); };
  return {edge(sum, limit, b, -step), edge(sum, limit, b, step)};
}

KinkProfile::Interval KinkProfile::interval_of_c(double limit, double c, double step) const {
  const auto sum = [&](double at) { return at_c(at); };
  return {edge(sum, limit, c, -step), edge(sum, limit, c, step)};
}

}  // namespace daybreak::finance
