// What the search says where it cannot arrive. (That it arrives is shown by nist_test.cpp.)
#include <array>

#include "libcore/base/error.h"
#include "libcore/finance/fit/levenberg_marquardt.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

using Model = std::function<double(std::span<const double> b, double x)>;

NonlinearFit fit(const Model& model, const std::vector<double>& y, std::vector<double> start, std::size_t most = 2000) {
  const NonlinearProblem problem{y.size(), length_of(y), [&](std::span<const double> b, std::span<double> residuals) {
                                   for (std::size_t i = 0; i < y.size(); ++i)
                                     residuals[i] = model(b, static_cast<double>(i + 1)) - y[i];
                                 }};
  return levenberg_marquardt(problem, std::move(start), most);
}

}  // namespace

TEST_CASE("a straight line is what the normal equations say, with their covariance") {
  const NonlinearFit line = fit([](auto b, double x) { return b[0] + b[1] * x; }, {1, 3, 2, 5}, {0, 0});
  REQUIRE(line.status == NonlinearStatus::converged);
  CHECK_THAT(line.coefficients[0], WithinAbs(0, 1e-11));
  CHECK_THAT(line.coefficients[1], WithinRel(1.1, 1e-11));
  CHECK_THAT(line.sum_of_squares, WithinRel(2.7, 1e-12));
  // The inverse of {{4, 10}, {10, 30}}.
  CHECK_THAT(line.covariance[0][0], WithinRel(1.5, 1e-9));
  CHECK_THAT(line.covariance[0][1], WithinRel(-0.5, 1e-9));
  CHECK_THAT(line.covariance[1][1], WithinRel(0.2, 1e-9));
}

TEST_CASE("a coefficient that the data do not determine is named") {
  const NonlinearFit twice = fit([](auto b, double x) { return (b[0] + b[1]) * x; }, {1, 3, 2}, {1, 1});
  CHECK(twice.undetermined.has_value());
  CHECK(twice.covariance.empty());
  CHECK(fit([](auto b, double x) { return b[0] * x + b[1] * x; }, {1, 3, 2}, {500, 1e-4}).undetermined.has_value());
  // At the start the exponential has underflowed: nothing says in which direction to go.
  const NonlinearFit flat = fit([](auto b, double x) { return b[0] + std::exp(-b[1] * x); }, {3, 2, 1}, {0, 1e6});
  CHECK(flat.undetermined == std::size_t{1});
}

TEST_CASE("a search that ends too early says so") {
  const Model decay = [](auto b, double x) { return b[0] * std::exp(-b[1] * x); };
  const NonlinearFit cut = fit(decay, {5, 3, 2, 1.2}, {1, 5}, 2);
  CHECK(cut.status == NonlinearStatus::iterations);
  CHECK(cut.covariance.empty());
  CHECK(fit(decay, {5, 3, 2, 1.2}, {1, 5}).status == NonlinearStatus::converged);
}

TEST_CASE("a step to where the model is not defined is taken back") {
  const Model root = [](auto b, double x) { return std::sqrt(x - b[0]); };
  std::vector<double> y;
  for (int x = 1; x <= 9; ++x) y.push_back(std::sqrt(x - 0.75));
  const NonlinearFit found = fit(root, y, {-40});
  REQUIRE(found.status == NonlinearStatus::converged);
  CHECK_THAT(found.coefficients[0], WithinRel(0.75, 1e-12));
  CHECK_THROWS_WITH(fit(root, y, {5}), Contains("no finite value at the starting values"));
}

TEST_CASE("a minimum at the end of the model's domain is no convergence") {
  // The best b is 1, but the model ends there.
  const Model ends = [](auto b, double x) { return b[0] < 0.5 ? b[0] * x : std::nan(""); };
  const NonlinearFit stopped = fit(ends, {1, 2, 3}, {0.1});
  CHECK(stopped.status == NonlinearStatus::stalled);
  CHECK(stopped.covariance.empty());
}

TEST_CASE("lengths do not overflow, and dependent columns are found in any unit") {
  CHECK(length_of(std::array{3e300, 4e300}) == 5e300);
  CHECK(length_of(std::array{3e-300, 4e-300}) == 5e-300);
  const OrthogonalFactors same({{1, 2, 3}, {1e-9, 2e-9, 3e-9}, {1, 0, 0}});
  CHECK(same.rank() == 2);
  CHECK(same.dependent_column().has_value());
  const OrthogonalFactors apart({{1e12, 0, 1e12}, {0, 1e-12, 1e-12}});
  REQUIRE(apart.determined());
  const std::vector<double> right{1, 2, 3};
  const auto x = apart.solve(apart.rotated(right));  // 1, 2 and 3 lie in the plane
  CHECK_THAT(x[0], WithinRel(1e-12, 1e-14));
  CHECK_THAT(x[1], WithinRel(2e12, 1e-14));
}
