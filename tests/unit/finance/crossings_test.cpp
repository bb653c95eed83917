#include <cmath>

#include "libcore/finance/model/crossings.h"
#include "tests/support/catch.hpp"

using namespace daybreak::finance;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

Crossings crossings(const std::function<double(double)>& f, double low, double high) {
  return find_crossings(
      [&](std::span<const double> x, std::span<double> y) {
        for (std::size_t i = 0; i < x.size(); ++i) y[i] = f(x[i]);
      },
      low, high);
}

std::string kinds(const Crossings& found) {
  std::string all;
  for (const Crossing& one : found.all) all += (all.empty() ? "" : " ") + std::string(crossing_kind_name(one.kind));
  return all;
}

}  // namespace

TEST_CASE("every zero of a polynomial, to the last bits") {
  const auto found = crossings([](double x) { return (x - 0.1) * (x - 1.0 / 3) * (x - 0.5) * (x - 0.9) * (x - 7); }, 0, 1);
  REQUIRE(kinds(found) == "crosses crosses crosses crosses");
  const double expected[] = {0.1, 1.0 / 3, 0.5, 0.9};
  for (int i = 0; i < 4; ++i) CHECK_THAT(found.all[i].from, WithinRel(expected[i], 4e-16));
  CHECK(found.at_low < 0);
  CHECK(found.undefined_share == 0);
  CHECK(crossings([](double x) { return x * x + 1; }, -3, 3).all.empty());
  CHECK(crossings([](double) { return 3 + 1e-16; }, -3, 3).all.empty());
}

TEST_CASE("two zeros between two points, and zeros that are touched") {
  const auto close = crossings([](double x) { return (x - 0.37001) * (x - 0.37004) * (2 - x); }, 0, 1);
  REQUIRE(kinds(close) == "crosses crosses");
  CHECK_THAT(close.all[0].from, WithinAbs(0.37001, 1e-14));
  CHECK_THAT(close.all[1].from, WithinAbs(0.37004, 1e-14));
  const auto touched = crossings([](double x) { return 5 * (x - 0.3) * (x - 0.3); }, 0, 1);
  REQUIRE(kinds(touched) == "touches");
  CHECK_THAT(touched.all[0].from, WithinAbs(0.3, 1e-6));
  CHECK(kinds(crossings([](double x) { return std::abs(x - 0.3); }, 0, 1)) == "touches");
  CHECK(crossings([](double x) { return (x - 0.3) * (x - 0.3) + 1e-9; }, 0, 1).all.empty());
}

TEST_CASE("a jump is no zero, and a pole is a jump") {
  const auto step = crossings([](double x) { return x < 0.3 ? -1.0 : 2.0; }, 0, 1);
  REQUIRE(kinds(step) == "jumps");
  CHECK_THAT(step.all[0].from, WithinRel(0.3, 1e-15));
  CHECK(kinds(crossings([](double x) { return 1 / (x - 0.3); }, 0, 1)) == "jumps");
  CHECK(kinds(crossings([](double x) { return std::cbrt(x - 0.3); }, 0, 1)) == "crosses");  // steep, but no jump
}

TEST_CASE("stretches of zero, and zeros at the ends") {
  const auto flat = crossings([](double x) { return x < 0.25 ? x - 0.25 : x > 0.5 ? x - 0.5 : 0; }, 0, 1);
  REQUIRE(kinds(flat) == "stays");
  CHECK(flat.all[0].from == 0.25);
  CHECK(flat.all[0].to == 0.5);
  const auto everywhere = crossings([](double) { return 0; }, 0, 1);
  REQUIRE(kinds(everywhere) == "stays");
  CHECK((everywhere.all[0].from == 0 && everywhere.all[0].to == 1));
  CHECK(crossings([](double x) { return x; }, 0, 1).all.at(0).from == 0);
  CHECK(crossings([](double x) { return x - 1; }, 0, 1).all.at(0).from == 1);
}

TEST_CASE("where there is no value there is no zero, and it is said how much that is") {
  const auto found = crossings([](double x) { return x < 0.5 ? NAN : x - 0.75; }, 0, 1);
  REQUIRE(kinds(found) == "crosses");
  CHECK_THAT(found.undefined_share, WithinAbs(0.5, 1e-3));
  CHECK(std::isnan(found.at_low));
  CHECK(crossings([](double x) { return x < 0.4 ? -1 : x < 0.6 ? NAN : 1; }, 0, 1).all.empty());
  CHECK(crossings([](double) { return NAN; }, 0, 1).undefined_share == 1);
}

TEST_CASE("a wide range is searched by factors too") {
  const auto found = crossings([](double x) { return (std::log10(x) + 4) * (std::log10(x) + 4.001) * (std::log10(x) - 5); }, 1e-6, 1e6);
  REQUIRE(kinds(found) == "crosses crosses crosses");
  CHECK_THAT(found.all[1].from, WithinRel(1e-4, 1e-10));
}
