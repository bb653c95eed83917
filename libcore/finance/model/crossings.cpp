#include "libcore/finance/model/crossings.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/median.h"

namespace daybreak::finance {
namespace {

constexpr std::size_t kParts = 64;
constexpr int kMostRounds = 12;   // 64^12 parts are more than doubles tell apart
constexpr double kFar = 100;      // high over low from which equal factors are tried too
constexpr double kTouch = 1e-12;  // of the curve's middle size: so small is zero to rounding
constexpr double kDeepest = 2;    // of the second difference: no curve without a corner comes down farther than an eighth
constexpr double kJump = 1e-7;    // of the curve nearby: so much is left on both sides of a jump

struct Points {
  std::vector<double> x, y;
};

Points at(const Curve& curve, std::vector<double> x) {
  Points points{std::move(x), {}};
  points.y.resize(points.x.size());
  curve(points.x, points.y);
  return points;
}

std::vector<double> equal_steps(double low, double high, std::size_t steps) {
  std::vector<double> x;
  for (std::size_t i = 0; i <= steps; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(steps);
    x.push_back(std::clamp(low + (high - low) * share, low, high));
  }
  x.back() = high;
  return x;
}

std::vector<double> first_points(double low, double high, std::size_t steps) {
  std::vector<double> x = equal_steps(low, high, steps);
  if (low > 0 && high / low > kFar)
    for (std::size_t i = 1; i < steps; ++i) x.push_back(low * std::pow(high / low, static_cast<double>(i) / static_cast<double>(steps)));
  std::sort(x.begin(), x.end());
  x.erase(std::unique(x.begin(), x.end()), x.end());
  return x;
}

bool opposite(double a, double b) {
  return (a > 0 && b < 0) || (a < 0 && b > 0);
}

class Search {
 public:
  Search(const Curve& curve, Points points) : curve_(curve), points_(std::move(points)), zero_(kTouch * middle_size()) {}

  std::vector<Crossing> run() {
    const std::vector<double>& y = points_.y;
    for (std::size_t i = 0; i < y.size(); ++i) {
      if (y[i] == 0) i = zeros_from(i);
      if (i + 1 < y.size() && opposite(y[i], y[i + 1]))
        crossing(points_.x[i], points_.x[i + 1], std::max(std::abs(y[i]), std::abs(y[i + 1])));
      if (i + 2 < y.size() && turns(y[i], y[i + 1], y[i + 2])) turn(points_.x[i], points_.x[i + 2]);
    }
    std::sort(found_.begin(), found_.end(), [](const Crossing& a, const Crossing& b) { return a.from < b.from; });
    return found_;
  }

 private:
  double middle_size() const {
    std::vector<double> sizes;
    for (const double y : points_.y)
      if (std::isfinite(y)) sizes.push_back(std::abs(y));
    return sizes.empty() ? 0 : median(std::move(sizes));
  }

  /// True where three points on one side of zero come nearer to it and go away again, so sharply that zero may lie between.
  static bool turns(double a, double b, double c) {
    if (!(a * b > 0 && b * c > 0)) return false;
    const double left = std::abs(a) - std::abs(b), right = std::abs(c) - std::abs(b);
    return left >= 0 && right >= 0 && std::abs(b) <= kDeepest * (left + right);
  }

  /// The last of the zeros that begin at a point; each run of them is one crossing.
  std::size_t zeros_from(std::size_t first) {
    std::size_t last = first;
    while (last + 1 < points_.y.size() && points_.y[last + 1] == 0) ++last;
    const bool inside = first > 0 && last + 1 < points_.y.size();
    const bool back = inside && points_.y[first - 1] * points_.y[last + 1] > 0;
    const CrossingKind kind = last > first ? CrossingKind::stays : back ? CrossingKind::touches : CrossingKind::crosses;
    found_.push_back({points_.x[first], points_.x[last], kind});
    return last;
  }

  /// Narrows a change of sign until no double lies between.
  void crossing(double low, double high, double size) {
    double left = 0, right = 0;
    for (int round = 0; round < kMostRounds && std::nextafter(low, high) < high; ++round) {
      const Points inner = at(curve_, equal_steps(low, high, kParts));
      std::size_t i = 0;
      while (i + 1 < inner.x.size() && inner.y[i + 1] != 0 && !opposite(inner.y[i], inner.y[i + 1])) ++i;
      if (i + 1 == inner.x.size()) return;  // no value within: a change across nothing is none
      if (inner.y[i + 1] == 0) return found_.push_back({inner.x[i + 1], inner.x[i + 1], CrossingKind::crosses});
      low = inner.x[i], high = inner.x[i + 1], left = std::abs(inner.y[i]), right = std::abs(inner.y[i + 1]);
    }
    const bool jump = std::min(left, right) > kJump * size;
    const double nearer = left <= right ? low : high;
    found_.push_back({nearer, nearer, jump ? CrossingKind::jumps : CrossingKind::crosses});
  }

  /// Where the curve turns back before zero at the resolution of the first points: does it reach zero between them?
  void turn(double low, double high) {
    for (int round = 0; round < kMostRounds; ++round) {
      const Points inner = at(curve_, equal_steps(low, high, kParts));
      std::size_t least = 0;
      for (std::size_t i = 1; i < inner.x.size(); ++i) {
        if (opposite(inner.y[i - 1], inner.y[i])) return pair(inner);
        if (std::abs(inner.y[i]) < std::abs(inner.y[least])) least = i;
      }
      const bool stuck = least == 0 || least + 1 == inner.x.size() || !(inner.x[least + 1] > inner.x[least - 1]);
      if (std::abs(inner.y[least]) <= zero_) return found_.push_back({inner.x[least], inner.x[least], CrossingKind::touches});
      if (stuck) return;
      low = inner.x[least - 1], high = inner.x[least + 1];
    }
  }

  void pair(const Points& points) {
    for (std::size_t i = 0; i + 1 < points.x.size(); ++i) {
      if (opposite(points.y[i], points.y[i + 1]))
        crossing(points.x[i], points.x[i + 1], std::max(std::abs(points.y[i]), std::abs(points.y[i + 1])));
      if (points.y[i] == 0) found_.push_back({points.x[i], points.x[i], CrossingKind::crosses});
    }
  }

  const Curve& curve_;
  Points points_;
  double zero_;  // what is not larger is zero to rounding
  std::vector<Crossing> found_;
};

}  // namespace

std::string_view crossing_kind_name(CrossingKind kind) {
  switch (kind) {
    case CrossingKind::crosses: return "crosses";
    case CrossingKind::touches: return "touches";
    case CrossingKind::jumps: return "jumps";
    case CrossingKind::stays: break;
  }
  return "stays";
}

Crossings find_crossings(const Curve& curve, double low, double high, std::size_t steps) {
  const Points points = at(curve, first_points(low, high, steps));
  Crossings result{{}, 0, points.y.front(), points.y.back(), (high - low) / static_cast<double>(steps)};
  for (std::size_t i = 0; i + 1 < points.x.size(); ++i)
    if (std::isnan(points.y[i]) || std::isnan(points.y[i + 1])) result.undefined_share += (points.x[i + 1] - points.x[i]) / (high - low);
  result.all = Search(curve, points).run();
  return result;
}

}  // namespace daybreak::finance
