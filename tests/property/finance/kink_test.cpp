// Laws of the exact profile over the kink, for any projects.
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>

#include "libcore/finance/fit/kink.h"
#include "tests/support/catch.hpp"

using namespace daybreak::finance;

namespace {

struct Sample {
  std::vector<double> investment, growth, response, weight;

  WeightedRows rows() const { return {investment, growth, response, weight}; }
  /// The weighted sum of squares, straight from its definition.
  double sum(double b, double c, double k) const {
    double all = 0;
    for (std::size_t i = 0; i < response.size(); ++i) {
      const double error = response[i] - b * growth[i] * (1 + c * std::min(investment[i] / k, 1.0));
      all += weight[i] * error * weight[i] * error;
    }
    return all;
  }
};

/// A few values of each kind, so that ties and groups are common.
Sample any_sample() {
  const auto count = *rc::gen::inRange<std::size_t>(4, 25);
  const auto draw = [&](int low, int high, double unit) {
    std::vector<double> values;
    for (const int value : *rc::gen::container<std::vector<int>>(count, rc::gen::inRange(low, high))) values.push_back(value * unit);
    return values;
  };
  Sample sample{draw(0, 12, 2.5), draw(1, 6, 0.5), draw(-20, 60, 0.25), draw(1, 4, 1)};
  RC_PRE(*std::max_element(sample.investment.begin(), sample.investment.end()) >
         *std::min_element(sample.investment.begin(), sample.investment.end()));
  return sample;
}

/// Sums are of rounded terms.
double slack(const KinkProfile& profile) {
  return 1e-9 * profile.total() + 1e-12;
}

}  // namespace

TEST_CASE("no coefficients leave less than the profiles say") {
  CHECK(rc::check([] {
    const Sample sample = any_sample();
    const KinkProfile profile(sample.rows());
    for (int i = 0; i < 20; ++i) {
      const double b = *rc::gen::inRange(-40, 40) / 8.0, c = *rc::gen::inRange(-40, 40) / 8.0, k = *rc::gen::inRange(1, 160) / 4.0;
      const double sum = sample.sum(b, c, k);
      RC_ASSERT(profile.at_b(b) <= sum + slack(profile));
      RC_ASSERT(profile.at_c(c) <= sum + slack(profile));
      if (k >= profile.first() && k <= profile.last()) RC_ASSERT(profile.at_k(k) <= sum + slack(profile));
      RC_ASSERT(profile.least() <= sum + slack(profile));
    }
  }));
}

TEST_CASE("the least sum is below that of every kink, and of every value of the others") {
  CHECK(rc::check([] {
    const Sample sample = any_sample();
    const KinkProfile profile(sample.rows());
    for (int i = 0; i <= 200; ++i) {
      const double k = profile.first() + (profile.last() - profile.first()) * i / 200;
      RC_ASSERT(profile.least() <= profile.at_k(k) + slack(profile));
    }
    for (int i = -50; i <= 50; ++i) {
      RC_ASSERT(profile.least() <= profile.at_b(i / 5.0) + slack(profile));
      RC_ASSERT(profile.least() <= profile.at_c(i / 5.0) + slack(profile));
    }
  }));
}

TEST_CASE("neither the order of projects nor the unit of money matters") {
  CHECK(rc::check([] {
    const Sample sample = any_sample();
    const KinkProfile profile(sample.rows());
    Sample other = sample;
    for (auto* column : {&other.investment, &other.growth, &other.response, &other.weight}) std::reverse(column->begin(), column->end());
    for (double& investment : other.investment) investment *= 1e6;
    const KinkProfile scaled(other.rows());
    RC_ASSERT(std::abs(scaled.least() - profile.least()) <= slack(profile));
    RC_ASSERT(scaled.last() == profile.last() * 1e6);
    RC_ASSERT(std::abs(scaled.at_k(scaled.best()) - profile.at_k(scaled.best() / 1e6)) <= slack(profile));
  }));
}

TEST_CASE("outside an interval the sum is above its limit") {
  CHECK(rc::check([] {
    const Sample sample = any_sample();
    const KinkProfile profile(sample.rows());
    const double limit = 1.5 * profile.least() + 0.01 * profile.total() + 1e-6;
    const auto interval = profile.interval_of_k(limit);
    for (int i = 0; i <= 100; ++i) {
      const double k = profile.first() + (profile.last() - profile.first()) * i / 100;
      const bool below = interval.low && k < *interval.low * (1 - 1e-9), above = interval.high && k > *interval.high * (1 + 1e-9);
      if (below || above) RC_ASSERT(profile.at_k(k) >= limit - slack(profile));
    }
  }));
}
