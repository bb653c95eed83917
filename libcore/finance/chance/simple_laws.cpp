// The laws whose inverse is a formula.
#include <algorithm>
#include <cmath>

#include "libcore/finance/chance/distribution.h"
#include "libcore/finance/chance/normal_law.h"
#include "libcore/finance/chance/parameters.h"

namespace daybreak::finance {
namespace {

class Constant : public Law {
 public:
  explicit Constant(double value) : value_(value) {}
  double quantile(Chance) const override { return value_; }
  Chance distribution(double x) const override { return x >= value_ ? Chance{1, 0} : Chance{0, 1}; }
  double mean() const override { return value_; }
  bool is_constant() const override { return true; }
  void quantiles(std::span<const double>, std::span<double> x) const override { std::fill(x.begin(), x.end(), value_); }

 private:
  double value_;
};

/// A law of a function of a normal deviate, which from_normal() tells.
class OfNormal : public Law {
 public:
  double quantile(Chance p) const override {
    double value = normal_quantile(p);
    from_normal({&value, 1}, {&value, 1});
    return value;
  }
  void quantiles(std::span<const double> p, std::span<double> x) const override {
    normal_quantiles(p, x);
    from_normal(x, x);
  }
};

class Normal : public OfNormal {
 public:
  Normal(double mean, double sd) : mean_(mean), sd_(sd) {}
  Chance distribution(double x) const override { return normal_chance((x - mean_) / sd_); }
  double mean() const override { return mean_; }
  void from_normal(std::span<const double> z, std::span<double> x) const override {
    for (std::size_t i = 0; i < z.size(); ++i) x[i] = mean_ + sd_ * z[i];
  }

 private:
  double mean_, sd_;
};

class Lognormal : public OfNormal {
 public:
  Lognormal(double mu, double sigma) : mu_(mu), sigma_(sigma) {}
  Chance distribution(double x) const override {
    return x > 0 ? normal_chance((std::log(x) - mu_) / sigma_) : Chance{0, 1};
  }
  double mean() const override { return std::exp(mu_ + sigma_ * sigma_ / 2); }
  void from_normal(std::span<const double> z, std::span<double> x) const override {
    constexpr double kFarthest = 40, kMost = 700;  // of deviates, of exponents
    if (std::abs(mu_) + kFarthest * sigma_ <= kMost) return exponentials(z, mu_, sigma_, x);
    for (std::size_t i = 0; i < z.size(); ++i) x[i] = std::exp(mu_ + sigma_ * z[i]);
  }

 private:
  double mu_, sigma_;
};

class Uniform : public Law {
 public:
  Uniform(double low, double high) : low_(low), high_(high) {}
  double quantile(Chance p) const override {
    return p.below < 0.5 ? low_ + (high_ - low_) * p.below : high_ - (high_ - low_) * p.above;
  }
  Chance distribution(double x) const override {
    const double inside = std::clamp(x, low_, high_);
    return {(inside - low_) / (high_ - low_), (high_ - inside) / (high_ - low_)};
  }
  double mean() const override { return low_ + (high_ - low_) / 2; }

 private:
  double low_, high_;
};

class Triangular : public Law {
 public:
  Triangular(double low, double mode, double high) : low_(low), mode_(mode), high_(high) {}
  double quantile(Chance p) const override {
    const double width = high_ - low_;
    if (p.below * width < mode_ - low_) return low_ + std::sqrt(p.below * width * (mode_ - low_));
    return high_ - std::sqrt(p.above * width * (high_ - mode_));
  }
  Chance distribution(double x) const override {
    if (x <= low_) return {0, 1};
    if (x >= high_) return {1, 0};
    if (x < mode_) {
      const double below = (x - low_) * (x - low_) / ((high_ - low_) * (mode_ - low_));
      return {below, 1 - below};
    }
    const double above = (high_ - x) * (high_ - x) / ((high_ - low_) * (high_ - mode_));
    return {1 - above, above};
  }
  double mean() const override { return low_ / 3 + mode_ / 3 + high_ / 3; }

 private:
  double low_, mode_, high_;
};

}  // namespace

Distribution constant(double value) {
  require_law(all_finite({value}), "constant", "a finite value", {value});
  return Distribution(std::make_shared<Constant>(value));
}

Distribution normal(double mean, double sd) {
  require_law(all_finite({mean, sd}) && sd > 0, "normal", "a finite mean and an sd above 0", {mean, sd});
  return Distribution(std::make_shared<Normal>(mean, sd));
}

Distribution lognormal(double mu, double sigma) {
  require_law(all_finite({mu, sigma}) && sigma > 0, "lognormal", "a finite mu and a sigma above 0", {mu, sigma});
  require_law(std::isfinite(std::exp(mu + sigma * sigma / 2)), "lognormal", "mu and sigma whose mean is a finite number", {mu, sigma});
  return Distribution(std::make_shared<Lognormal>(mu, sigma));
}

Distribution uniform(double low, double high) {
  require_law(all_finite({low, high, high - low}) && low < high, "uniform", "min < max", {low, high});
  return Distribution(std::make_shared<Uniform>(low, high));
}

Distribution triangular(double low, double mode, double high) {
  require_law(all_finite({low, mode, high, high - low}) && low <= mode && mode <= high && low < high, "triangular",
              "min <= mode <= max and min < max", {low, mode, high});
  return Distribution(std::make_shared<Triangular>(low, mode, high));
}

}  // namespace daybreak::finance
