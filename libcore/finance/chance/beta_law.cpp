// The beta law, and PERT's, which is one.
#include <algorithm>
#include <array>
#include <cmath>

#include "libcore/finance/chance/distribution.h"
#include "libcore/finance/chance/incomplete_beta.h"
#include "libcore/finance/chance/parameters.h"

namespace daybreak::finance {
namespace {

/// One half of a beta law, 0..1/2, with its inverse at even steps of chance, from which one step leads to any other.
class LowerHalf {
 public:
  LowerHalf(double a, double b) : law_(a, b), all_(law_.at(0.5, 0.5).chance) {
    for (int i = 1; i < kSteps; ++i) {
      const double below = all_.below * i / kSteps;
      const double x = law_.lower_half_inverse({below, 1 - below}, i == 1 ? law_.near_zero(below) : nodes_[i - 1].x);
      nodes_[i] = {x, slope(x)};
    }
    nodes_[kSteps] = {0.5, slope(0.5)};
  }

  /// The chances of at most 1/2, and of more.
  Chance all() const { return all_; }
  double quantile(Chance p) const {
    const double place = p.below / all_.below * kSteps;
    const int i = std::min(static_cast<int>(place), kSteps - 1);
    return law_.lower_half_inverse(p, i == 0 ? law_.near_zero(p.below) : between(nodes_[i], nodes_[i + 1], place - i));
  }
  Chance distribution(double x, double y) const { return law_.at(x, y).chance; }

 private:
  static constexpr int kSteps = 256;
  struct Node {
    double x, slope;  // dx over a step of chance
  };

  double slope(double x) const { return all_.below / kSteps / law_.at(x, 1 - x).density; }
  /// Hermite's cubic.
  static double between(const Node& left, const Node& right, double t) {
    const double rise = right.x - left.x;
    return left.x + t * (left.slope + t * ((3 * rise - 2 * left.slope - right.slope) + t * (left.slope + right.slope - 2 * rise)));
  }

  IncompleteBeta law_;
  Chance all_;
  std::array<Node, kSteps + 1> nodes_{};
};

class Beta : public Law {
 public:
  Beta(double a, double b, double low, double high) : a_(a), b_(b), low_(low), high_(high), lower_(a, b), upper_(b, a) {}

  double quantile(Chance p) const override {
    if (p.below <= lower_.all().below) return low_ + (high_ - low_) * lower_.quantile(p);
    return high_ - (high_ - low_) * upper_.quantile({p.above, p.below});
  }
  Chance distribution(double x) const override {
    const double inside = std::clamp(x, low_, high_), width = high_ - low_;
    return lower_.distribution((inside - low_) / width, (high_ - inside) / width);
  }
  double mean() const override { return low_ + (high_ - low_) * (a_ / (a_ + b_)); }

 private:
  double a_, b_, low_, high_;
  LowerHalf lower_, upper_;
};

}  // namespace

Distribution beta(double alpha, double beta, double low, double high) {
  constexpr double kLeast = 1e-6, kMost = 1e6;
  const auto fits = [&](double shape) { return shape >= kLeast && shape <= kMost; };
  require_law(fits(alpha) && fits(beta), "beta", "alpha and beta within 1e-6 .. 1e6", {alpha, beta});
  require_law(all_finite({low, high, high - low}) && low < high, "beta", "min < max", {low, high});
  return Distribution(std::make_shared<Beta>(alpha, beta, low, high));
}

Distribution pert(double low, double mode, double high, double shape) {
  require_law(all_finite({low, mode, high, high - low}) && low <= mode && mode <= high && low < high, "pert",
              "min <= mode <= max and min < max", {low, mode, high});
  require_law(shape > 0 && shape <= 1e5, "pert", "a shape above 0 and at most 1e5", {shape});
  return beta(1 + shape * ((mode - low) / (high - low)), 1 + shape * ((high - mode) / (high - low)), low, high);
}

}  // namespace daybreak::finance
