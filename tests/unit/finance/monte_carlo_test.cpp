// Monte Carlo against exact values: errors, their bars, quantiles, and what is undefined.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>

#include "libcore/base/error.h"
#include "libcore/finance/chance/monte_carlo.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

bool slow() {
  return std::getenv("DAYBREAK_SLOW") != nullptr;
}

constexpr double kSigma = 0.3;
const double kExactMean = std::exp(6 * kSigma * kSigma / 2);

/// Six lognormal inputs, and their product.
std::vector<NamedDistribution> six() {
  std::vector<NamedDistribution> inputs;
  for (int i = 0; i < 6; ++i) inputs.push_back({"x" + std::to_string(i), lognormal(0, kSigma)});
  return inputs;
}
void product(std::span<const std::span<const double>> columns, std::span<double> results) {
  std::fill(results.begin(), results.end(), 1);
  for (const auto& column : columns)
    for (std::size_t i = 0; i < results.size(); ++i) results[i] *= column[i];
}

MonteCarloResult run(const MonteCarloOptions& options, std::uint64_t seed, const Evaluation& evaluation = product, unsigned threads = 1) {
  const StopToken stop;
  const CaseSource source(six(), GaussianCopula({}, {}, false), options.kind(), options.cases, seed);
  return monte_carlo(source, evaluation, options, threads, stop);
}

/// Relative, of the means of the replicates.
double rms_error(const MonteCarloOptions& options) {
  const MonteCarloResult result = run(options, 7);
  double squares = 0;
  for (auto at = result.results.begin(); at != result.results.end(); at += options.cases) {
    const double error = std::accumulate(at, at + options.cases, 0.0) / static_cast<double>(options.cases) / kExactMean - 1;
    squares += error * error;
  }
  return std::sqrt(squares / static_cast<double>(options.replicates));
}

/// Of the least squares line of log error over log cases.
double slope(const std::string& sampler, int first, int last) {
  std::vector<double> x, y;
  for (int m = first; m <= last; m += 2) {
    x.push_back(m * std::log(2));
    y.push_back(std::log(rms_error({.sampler = sampler, .cases = std::int64_t{1} << m, .replicates = 64})));
  }
  const double n = static_cast<double>(x.size()), mx = std::accumulate(x.begin(), x.end(), 0.0) / n,
               my = std::accumulate(y.begin(), y.end(), 0.0) / n;
  double xy = 0, xx = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xy += (x[i] - mx) * (y[i] - my);
    xx += (x[i] - mx) * (x[i] - mx);
  }
  return xy / xx;
}

}  // namespace

TEST_CASE("the error of even points falls nearly as the number of cases grows, that of independent ones as its root") {
  const int last = slow() ? 16 : 14;
  CHECK(slope("sobol", 8, last) <= -0.85);
  CHECK_THAT(slope("plain", 8, last), WithinAbs(-0.5, 0.1));
}

// scipy 1.10.1: qmc.Sobol(6, scramble=True, seed=0..63), norm.ppf, the same product at 2^14: 2.06e-4, at 2^16: 6.1e-5.
TEST_CASE("the error of even points is at most 1.25 times that of scipy's") {
  CHECK(rms_error({.cases = 1 << 14, .replicates = 64}) <= 1.25 * 2.06e-4);
  if (slow()) CHECK(rms_error({.cases = 1 << 16, .replicates = 64}) <= 1.25 * 6.1e-5);
}

TEST_CASE("95 % intervals cover what is exact for 92 to 98 % of 500 seeds") {
  const Distribution exact = lognormal(0, kSigma * std::sqrt(6.0));
  for (const char* sampler : {"sobol", "plain"}) {
    std::map<std::string, int> covered;
    const auto count = [&](const std::string& name, const Estimate& estimate, double wanted) {
      covered[name] += estimate.low <= wanted && wanted <= estimate.high;
    };
    for (std::uint64_t seed = 0; seed < 500; ++seed) {
      const MonteCarloResult result = run({.sampler = sampler, .cases = 256, .loss_below = 0.5}, seed);
      count("mean", result.mean, kExactMean);
      count("loss", result.probability_of_loss, exact.cdf(0.5));
      for (const auto& [percent, value] : result.percentiles) count(std::to_string(percent), value, exact.quantile(percent / 100));
    }
    REQUIRE(covered.size() == 5);
    for (const auto& [name, times] : covered) {
      INFO(sampler << ", " << name << ": " << times << " of 500");
      CHECK(times >= 460);
      CHECK(times <= 490);
    }
  }
}

TEST_CASE("percentiles are exact to 0.1 %, and a chance of loss is the law's") {
  const Distribution exact = lognormal(0, kSigma * std::sqrt(6.0));
  // 2^18 cases in 16 replicates, where the error of P5 and P95 is some 0.04 %.
  for (std::uint64_t seed = 0; seed < (slow() ? 20 : 2); ++seed) {
    const MonteCarloResult result = run({.cases = 1 << 18, .loss_below = 0.5, .percentiles = {"99", "50"}}, seed, product, 2);
    REQUIRE(result.percentiles.size() == 4);
    for (const auto& [percent, estimate] : result.percentiles) {
      const double wanted = exact.quantile(percent / 100);
      INFO("P" << percent << ", seed " << seed);
      if (percent < 99) CHECK_THAT(estimate.value, WithinRel(wanted, 1e-3));
      CHECK(std::abs(estimate.value - wanted) < 4 * estimate.standard_error);
    }
    CHECK_THAT(result.probability_of_loss.value, WithinAbs(exact.cdf(0.5), 4 * result.probability_of_loss.standard_error));
    CHECK(result.probability_of_loss.standard_error < 2e-4);
    const double variance = kExactMean * kExactMean * std::expm1(6 * kSigma * kSigma);
    CHECK_THAT(result.standard_deviation, WithinRel(std::sqrt(variance), 1e-3));
  }
  CHECK(run({.cases = 2}, 1).probability_of_loss.value == 0);  // a result of 0 or more is no loss
}

TEST_CASE("results do not depend on the number of threads") {
  for (const char* sampler : {"sobol", "plain"}) {
    const MonteCarloOptions options{.sampler = sampler, .cases = 1 << 13, .replicates = 17};
    const MonteCarloResult one = run(options, 3), five = run(options, 3, product, 5), other = run(options, 4);
    CHECK(one.results == five.results);
    CHECK(one.mean.value == five.mean.value);
    CHECK(one.percentiles[0].value.standard_error == five.percentiles[0].value.standard_error);
    CHECK(one.results != other.results);
  }
}

TEST_CASE("cases without a value are counted, and nothing is made of the rest in silence") {
  const auto hundredth = [](auto columns, std::span<double> results) {
    product(columns, results);
    for (double& one : results)
      if (one > lognormal(0, kSigma * std::sqrt(6.0)).quantile(0.99)) one = NAN;
  };
  const MonteCarloResult some = run({.cases = 1024}, 2, hundredth);
  CHECK_THAT(static_cast<double>(some.undefined), WithinAbs(0.01 * 16 * 1024, 40));
  CHECK(std::isnan(some.mean.value));
  CHECK(std::isnan(some.probability_of_loss.value));
  CHECK(std::isnan(some.percentiles[1].value.value));
  const auto never = [](auto columns, std::span<double> results) {
    product(columns, results);
    for (double& one : results)
      if (one > 3) one = INFINITY;
  };
  const MonteCarloResult late = run({.cases = 1024}, 2, never);
  CHECK(late.undefined == 0);
  CHECK(late.infinite > 0);
  CHECK(std::isnan(late.mean.value));
  CHECK_THAT(late.percentiles[1].value.value, WithinRel(1.0, 1e-2));
}

// Of 1 degree the tangent of 0.475 pi, of 2 0.95 / sqrt(2 * 0.975 * 0.025); the others by mpmath 1.3 in 30 digits.
TEST_CASE("Student's quantiles are those of the tables") {
  for (const auto& [degrees, t] : {std::pair{1, 12.706204736174705},
                                   {2, 4.3026527297494639},
                                   {15, 2.1314495455597757},
                                   {63, 1.9983405425207416},
                                   {999, 1.96234146113345}})
    CHECK_THAT(student_95(degrees), WithinRel(t, 1e-13));
}

TEST_CASE("options that do not go together are refused") {
  CHECK_THROWS_WITH((MonteCarloOptions{.cases = 1 << 26, .replicates = 64}.check()), Contains("at most 268435456"));
  CHECK_THROWS_WITH((MonteCarloOptions{.percentiles = {"101"}}.check()), Contains("between 0 and 100, found '101'"));
  CHECK_NOTHROW(MonteCarloOptions{}.check());
}
