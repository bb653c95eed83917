#include <algorithm>
#include <cmath>
#include <random>

#include "libcore/finance/flows/internal_rate.h"
#include "tests/support/catch.hpp"

using namespace daybreak::finance;

namespace {

/// prod(1 - x * (1 + root)) as payments: its internal rates are the planted roots.
CashFlows with_roots(const std::vector<double>& roots) {
  std::vector<long double> poly{1};
  for (const double root : roots) {
    std::vector<long double> next(poly.size() + 1, 0);
    for (std::size_t i = 0; i < poly.size(); ++i) {
      next[i] += poly[i];
      next[i + 1] -= poly[i] * (1.0L + static_cast<long double>(root));
    }
    poly = std::move(next);
  }
  CashFlows flows;
  for (std::size_t i = 0; i < poly.size(); ++i) flows.flows.push_back({static_cast<double>(i), static_cast<double>(poly[i])});
  return flows;
}

}  // namespace

TEST_CASE("planted rates are all found, and nothing else") {
  std::mt19937_64 random(20240501);
  std::uniform_real_distribution<double> rate(-0.8, 1.5);
  for (int round = 0; round < 3000; ++round) {
    std::vector<double> planted;
    while (planted.size() < static_cast<std::size_t>(1 + round % 4)) {
      const double candidate = rate(random);
      if (std::all_of(planted.begin(), planted.end(), [&](double other) { return std::abs(other - candidate) > 0.02; })) planted.push_back(candidate);
    }
    std::sort(planted.begin(), planted.end());
    const InternalRate found = internal_rate(with_roots(planted));
    INFO("round " << round);
    REQUIRE(found.roots.size() == planted.size());
    for (std::size_t i = 0; i < planted.size(); ++i) CHECK(std::abs(found.roots[i] - planted[i]) < 1e-7);
  }
}

TEST_CASE("the value at every rate vanishes, and scaling the payments changes no rate") {
  std::mt19937_64 random(7);
  std::normal_distribution<double> amount(0, 100);
  for (int round = 0; round < 1000; ++round) {
    CashFlows flows, scaled;
    double size = 0;
    for (int i = 0; i < 2 + round % 59; ++i) {
      const double value = amount(random);
      flows.flows.push_back({i + 0.25 * (round % 4), value});
      scaled.flows.push_back({i + 0.25 * (round % 4), 1024 * value});
      size += std::abs(value);
    }
    const InternalRate rate = internal_rate(flows);
    CHECK(rate.roots.size() <= static_cast<std::size_t>(rate.sign_changes));
    CHECK(internal_rate(scaled).roots == rate.roots);
    CHECK(std::abs(rate.residual) < 1e-13);
  }
}
