// Tornado, elasticities and Sobol's indices against closed forms and another program.
#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/finance/chance/tornado.h"
#include "libcore/finance/chance/variance_shares.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

constexpr double kPi = 3.14159265358979323846;

template <class F>
Evaluation rowwise(F f) {
  return [f](std::span<const std::span<const double>> columns, std::span<double> results) {
    for (std::size_t i = 0; i < results.size(); ++i) results[i] = f([&](std::size_t input) { return columns[input][i]; });
  };
}

/// Ishigami and Homma 1990 with a = 7, b = 0.1.
const Evaluation kIshigami = rowwise([](auto x) {
  const double s = std::sin(x(1));
  return std::sin(x(0)) + 7 * (s * s) + 0.1 * std::pow(x(2), 4) * std::sin(x(0));
});
/// Of inputs that only matter together, and one that matters alone.
const Evaluation kTogether = rowwise([](auto x) { return std::exp(0.3 * x(0)) + x(1) * x(2); });

std::vector<NamedDistribution> angles() {
  return {{"a", uniform(-kPi, kPi)}, {"b", uniform(-kPi, kPi)}, {"c", uniform(-kPi, kPi)}};
}

/// Cases that arithmetic alone gives: multiples of the fractions of square roots, modulo 1.
SwappedResults on_multiples(const Evaluation& evaluation) {
  constexpr std::uint64_t kRoots[]{0x6a09e667f3bcc909, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                   0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f};
  constexpr std::size_t kCases = 1 << 13;
  std::vector<std::vector<double>> columns(6);
  for (std::size_t k = 0; k < 6; ++k)
    for (std::uint64_t i = 1; i <= kCases; ++i) columns[k].push_back(-kPi + 2 * kPi * (static_cast<double>(i * kRoots[k] >> 11) * 0x1p-53));
  const auto results = [&](std::size_t swapped, std::size_t offset) {
    std::vector<std::span<const double>> rows;
    for (std::size_t k = 0; k < 3; ++k) rows.emplace_back(columns[k == swapped ? k + 3 : k + offset]);
    std::vector<double> all(kCases);
    evaluation(rows, all);
    return all;
  };
  return {results(9, 0), results(9, 3), {results(0, 0), results(1, 0), results(2, 0)}};
}

std::vector<VarianceShare> shares_of(const SwappedResults& results, unsigned threads = 1, std::int64_t resamples = 200) {
  const StopToken stop;
  return variance_shares(results, resamples, 1, threads, stop);
}

}  // namespace

TEST_CASE("Sobol's indices of Ishigami's function are exact to 0.01 at 2^13 cases") {
  const StopToken stop;
  const auto shares = shares_of(swapped_results(angles(), kIshigami, 1 << 13, 5, 2, stop), 2, 1000);
  const double a = 7, b = 0.1;
  const double v1 = std::pow(1 + b * std::pow(kPi, 4) / 5, 2) / 2, v2 = a * a / 8, v13 = b * b * std::pow(kPi, 8) * 8 / 225,
               v = v1 + v2 + v13;
  const double first[]{v1 / v, v2 / v, 0}, total[]{(v1 + v13) / v, v2 / v, v13 / v};
  CHECK_THAT(first[0], WithinAbs(0.3139, 5e-5));
  CHECK_THAT(total[2], WithinAbs(0.2437, 5e-5));
  REQUIRE(shares.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    INFO("input " << i);
    CHECK_THAT(shares[i].first.value, WithinAbs(first[i], 0.01));
    CHECK_THAT(shares[i].total.value, WithinAbs(total[i], 0.01));
    CHECK(shares[i].first.low < first[i]);
    CHECK(first[i] < shares[i].first.high);
    CHECK(shares[i].total.low < total[i]);
    CHECK(total[i] < shares[i].total.high);
  }
}

// SALib 1.6.0, analyze.sobol of the same results, calc_second_order=False, with numpy 2.4.6; its bars (1.96 deviations of 1000
// resamples) to the noise of a bootstrap.
TEST_CASE("on the same results Sobol's indices are those of SALib") {
  const struct {
    const Evaluation& evaluation;
    double first[3], total[3], first_bar[3], total_bar[3];
  } cases[]{{kIshigami,
             {0.31228308811772676, 0.44345338383198724, -0.0009638697887959517},
             {0.5510635343266413, 0.44207586250900355, 0.24415342379900062},
             {0.02223567, 0.01884851, 0.0200491},
             {0.03088175, 0.01424962, 0.00940429}},
            {kTogether,
             {0.033661062758221644, -0.0017922320701301208, 0.004796604697692164},
             {0.03336094034926578, 0.9666913151392189, 0.9649492048636384},
             {0.00554373, 0.03597078, 0.03597349},
             {0.00125138, 0.03302064, 0.03436288}}};
  for (const auto& one : cases) {
    const auto shares = shares_of(on_multiples(one.evaluation), 2, 1000);
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK_THAT(shares[i].first.value, WithinAbs(one.first[i], 1e-12));
      CHECK_THAT(shares[i].total.value, WithinAbs(one.total[i], 1e-12));
      CHECK_THAT(shares[i].first.high - shares[i].first.value, WithinRel(one.first_bar[i], 0.12));
      CHECK_THAT(shares[i].total.high - shares[i].total.value, WithinRel(one.total_bar[i], 0.12));
    }
  }
}

TEST_CASE("indices are the same for any number of threads; constants have none") {
  const StopToken stop;
  std::vector<NamedDistribution> inputs = angles();
  inputs.insert(inputs.begin() + 1, {"fixed", constant(2)});
  const Evaluation scaled = rowwise([](auto x) { return x(1) * (std::sin(x(0)) + std::cos(x(2)) * x(3)); });
  const auto one = swapped_results(inputs, scaled, 1 << 12, 9, 1, stop), three = swapped_results(inputs, scaled, 1 << 12, 9, 3, stop);
  CHECK(one.ab.size() == 3);
  CHECK(one.a == three.a);
  CHECK(one.ab == three.ab);
  const auto shares = shares_of(one, 1), same = shares_of(three, 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(shares[i].first.standard_error == same[i].first.standard_error);
    CHECK(shares[i].total.value == same[i].total.value);
  }
}

TEST_CASE("there are no indices of what does not vary, or is not always defined") {
  const StopToken stop;
  CHECK(shares_of(swapped_results(angles(), rowwise([](auto) { return 3.0; }), 64, 1, 1, stop)).empty());
  CHECK(shares_of(swapped_results(angles(), rowwise([](auto x) { return std::log(x(0)); }), 64, 1, 1, stop)).empty());
}

TEST_CASE("a tornado is sorted by swing, moves one input at a time, and says where a result turns") {
  const std::vector<NamedDistribution> inputs{
      {"small", uniform(0, 1)}, {"turning", uniform(-1, 1)}, {"fixed", constant(5)}, {"large", normal(10, 2)}};
  const Evaluation f = rowwise([](auto x) { return x(0) + 8 * x(1) * x(1) + x(2) + 3 * x(3); });
  const auto bars = tornado(inputs, f, InputRange::parse("p10:p90"));
  REQUIRE(bars.size() == 3);
  CHECK(bars[0].input == 3);
  CHECK_THAT(bars[0].low_input, WithinRel(inputs[3].distribution.quantile(0.1), 1e-14));
  CHECK_THAT(bars[0].low_result, WithinRel(0.5 + 5 + 3 * inputs[3].distribution.quantile(0.1), 1e-14));
  CHECK_THAT(bars[0].swing(), WithinRel(3 * 2 * 2 * 1.2815515655446004, 1e-12));
  CHECK(bars[0].monotone);
  CHECK(bars[1].input == 1);
  CHECK_FALSE(bars[1].monotone);
  CHECK_THAT(bars[1].low_result, WithinRel(bars[1].high_result, 1e-13));  // the ends alone would hide it
  CHECK_THAT(bars[1].swing(), WithinRel(8 * 0.8 * 0.8, 1e-12));
  CHECK(bars[2].input == 0);

  const auto shares = tornado(inputs, f, InputRange::parse("10%"));
  REQUIRE(shares.size() == 3);  // "turning" has a mean of 0: a share of it is nothing
  CHECK(shares[0].input == 3);
  CHECK_THAT(shares[0].low_input, WithinRel(9.0, 1e-15));
  CHECK_THAT(shares[0].swing(), WithinRel(6.0, 1e-14));
  CHECK(shares[1].input == 2);
  CHECK_THAT(shares[1].swing(), WithinRel(1.0, 1e-14));
}

TEST_CASE("a bar with a step that has no result has no swing, and says how many steps") {
  const std::vector<NamedDistribution> inputs{{"x", uniform(-1, 3)}, {"y", uniform(0, 1)}};
  const auto bars = tornado(inputs, rowwise([](auto x) { return std::log(x(0)) + x(1); }), InputRange::parse("p0.1:p99.9"));
  CHECK(bars[0].input == 1);
  CHECK(bars[1].undefined == 8);  // of 33 even steps of chance from 0.001 to 0.999 those below a quarter
  CHECK(std::isnan(bars[1].swing()));
}

TEST_CASE("elasticities are those of the formula, and kinks are seen") {
  const std::vector<NamedDistribution> inputs{{"x", constant(2)}, {"y", uniform(2, 4)}, {"z", normal(0, 1)}, {"kinked", constant(50)}};
  const auto all =
      elasticities(inputs, rowwise([](auto x) { return x(0) * x(0) * std::exp(x(1)) * (1 + x(2)) + 0.01 * std::min(x(3), 50.0); }));
  const double f = 4 * std::exp(3.0) + 0.5;
  REQUIRE(all.size() == 4);
  CHECK_THAT(all[0].slope, WithinRel(4 * std::exp(3.0), 1e-9));
  CHECK_THAT(all[0].value, WithinRel(8 * std::exp(3.0) / f, 1e-9));
  CHECK_THAT(all[1].value, WithinRel(12 * std::exp(3.0) / f, 1e-9));
  CHECK_THAT(all[2].slope, WithinRel(4 * std::exp(3.0), 1e-9));
  CHECK(std::isnan(all[2].value));  // its mean is 0
  CHECK_FALSE(all[0].kink);
  CHECK(all[3].kink);
}

TEST_CASE("ranges that are none are refused") {
  for (const char* bad : {"", "p10", "p90:p10", "p10:p101", "p0:p50", "10", "-5%", "0%", "x%", "p10:p10", "10:90"})
    CHECK_THROWS_WITH(InputRange::parse(bad), Contains("expected two percentiles such as p10:p90, or a share such as 10%"));
  CHECK(InputRange::parse("p2.5:p97.5").low == 0.025);
  CHECK(InputRange::parse("12.5%").share == 0.125);
}
