// The literal formula's coefficients from past projects. Expected values: NumPy and SciPy, by lstsq for b and c within a search
// over k on 180 stretches, Student's and F quantiles, and Brent's method on the profiles.
#include <cstdlib>

#include "libcore/base/random.h"
#include "libcore/finance/fit/kink.h"
#include "libcore/finance/fit/project_fit.h"
#include "libcore/finance/fit/students_t.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

Projects projects_of(std::vector<double> investment, std::vector<double> growth, std::vector<double> roi) {
  std::vector<std::string> places;
  for (std::size_t i = 0; i < roi.size(); ++i) places.push_back("row " + std::to_string(i + 1));
  return {std::move(investment), std::move(growth), std::move(roi), std::move(places)};
}

Projects twelve() {
  return projects_of({0, 5, 10, 20, 25, 30, 40, 55, 60, 70, 80, 95}, {1.5, 2, 3, 1.2, 4, 2.2, 3.1, 1.8, 2.7, 4.4, 1.1, 3.6},
                     {3.9, 5.2, 8.8, 4.1, 13.2, 7.9, 13.1, 8.4, 12.0, 19.1, 5.2, 16.3});
}

ProjectFitOptions options_of(const std::string& errors, const std::string& loss = "squares") {
  ProjectFitOptions options;
  options.errors = errors;
  options.loss = loss;
  return options;
}

void check(const FittedCoefficient& found, double value, double error, double low, double high) {
  INFO(found.name);
  CHECK_THAT(found.value, WithinRel(value, 1e-6));
  CHECK_THAT(found.standard_error.value(), WithinRel(error, 1e-6));
  CHECK_THAT(found.low.value(), WithinRel(low, 1e-6));
  CHECK_THAT(found.high.value(), WithinRel(high, 1e-6));
}

/// The formula with b = 2.5, c = 0.8, k = 50 over investments 0 to 100 and growth 1 to 5, and 5 % noise.
Projects planted(std::uint64_t seed, std::size_t count, double noise = 0.05) {
  RandomStream random(seed, 0);
  std::vector<double> investment, growth, roi;
  for (std::size_t i = 0; i < count; ++i) {
    investment.push_back(100 * random.uniform());
    growth.push_back(1 + 4 * random.uniform());
    const double coefficients[]{2.5, 0.8, 50};
    roi.push_back(return_of(Form::literal, coefficients, investment.back(), growth.back()) * (1 + noise * random.normal()));
  }
  return projects_of(investment, growth, roi);
}

const FormFit literal_fit(const Projects& projects, const ProjectFitOptions& options = {}) {
  return fit_projects(projects, options).form(Form::literal);
}

}  // namespace

TEST_CASE("quantiles of Student's distribution are SciPy's") {
  CHECK_THAT(students_t(0.95, 1), WithinRel(12.706204736174694, 1e-13));
  CHECK_THAT(students_t(0.95, 2), WithinRel(4.302652729749462, 1e-13));
  CHECK_THAT(students_t(0.95, 3), WithinRel(3.1824463052837078, 1e-13));
  CHECK_THAT(students_t(0.5, 4), WithinRel(0.7406970841126829, 1e-13));
  CHECK_THAT(students_t(0.99, 9), WithinRel(3.249835541592126, 1e-13));
  CHECK_THAT(students_t(0.95, 57), WithinRel(2.002465459291007, 1e-13));
  CHECK_THAT(students_t(0.95, 10000), WithinRel(1.960201239890626, 1e-12));
}

TEST_CASE("the exact profile over the kink is what every kink on a fine grid gives") {
  const Projects projects = planted(11, 40, 0.05);
  const std::vector<double> weight(40, 1.0);
  const KinkProfile profile({projects.investment, projects.growth, projects.roi, weight});
  double least = profile.at_k(profile.first());
  for (int i = 1; i <= 20000; ++i) least = std::min(least, profile.at_k(i * profile.last() / 20000));
  CHECK(profile.least() <= least);
  CHECK_THAT(profile.least(), WithinRel(least, 1e-5));
  CHECK(profile.at_k(profile.best()) == profile.least());
  // A kink beyond the data changes nothing.
  CHECK(profile.at_k(profile.first() / 2) == profile.at_k(profile.first()));
  CHECK(profile.at_k(profile.last() * 2) == profile.at_k(profile.last()));
  const auto interval = profile.interval_of_k(1.1 * profile.least());
  CHECK_THAT(profile.at_k(interval.low.value()), WithinRel(1.1 * profile.least(), 1e-9));
  CHECK_THAT(profile.at_k(interval.high.value()), WithinRel(1.1 * profile.least(), 1e-9));
}

TEST_CASE("coefficients, errors and intervals by least squares are NumPy's") {
  const Projects projects = twelve();
  ProjectFit fit = fit_projects(projects, options_of("absolute"));
  leave_out(fit, projects, StopToken());
  const FormFit& literal = fit.form(Form::literal);
  REQUIRE(literal.problem.empty());
  check(literal.coefficients[0], 2.42935534, 0.11994908, 2.158011673, 2.700699013);
  check(literal.coefficients[1], 0.83076202, 0.09360534, 0.6395553798, 1.068225003);
  check(literal.coefficients[2], 49.18459916, 3.61337588, 42.39250741, 58.28006391);
  CHECK_THAT(literal.residual_error, WithinRel(0.3920033406472031, 1e-9));
  CHECK_THAT(literal.aic, WithinRel(16.12670191543971, 1e-9));
  CHECK_THAT(literal.bic, WithinRel(18.06632851459171, 1e-9));
  CHECK_THAT(literal.left_out_error.value(), WithinRel(0.5333856945736203, 1e-7));
  const FormFit& saturating = fit.form(Form::saturating);
  CHECK_THAT(saturating.coefficients[0].value, WithinRel(2.32454956, 1e-7));
  CHECK_THAT(saturating.coefficients[1].value, WithinRel(1.0678011, 1e-7));
  CHECK_THAT(saturating.coefficients[2].value, WithinRel(37.93117111, 1e-7));
  CHECK_THAT(saturating.coefficients[2].standard_error.value(), WithinRel(11.77328951, 1e-5));
  CHECK_THAT(saturating.aic, WithinRel(24.728885612468222, 1e-9));
  const FormFit& logarithm = fit.form(Form::logarithm);
  CHECK_THAT(logarithm.coefficients[2].value, WithinRel(13.68816008, 1e-6));
  CHECK_THAT(logarithm.aic, WithinRel(27.569672205436213, 1e-9));
  CHECK_THAT(fit.form(Form::line).coefficients[1].value, WithinRel(0.007114031095021501, 1e-9));
  CHECK_THAT(fit.form(Form::constant).coefficients[0].value, WithinRel(3.88508772, 1e-8));
  CHECK(fit.best() == &literal);
}

TEST_CASE("errors in proportion to the return are weighed by it") {
  const Projects projects = twelve();
  ProjectFit fit = fit_projects(projects, options_of("relative"));
  leave_out(fit, projects, StopToken());
  const FormFit& literal = fit.form(Form::literal);
  check(literal.coefficients[0], 2.51991511, 0.07044267, 2.360562719, 2.675545441);
  check(literal.coefficients[1], 0.80220918, 0.05961693, 0.674118138, 0.944771956);
  check(literal.coefficients[2], 52.34781539, 4.32376318, 43.99558744, 61.88545648);
  CHECK_THAT(literal.residual_error, WithinRel(0.039549540939851316, 1e-7));
  CHECK_THAT(literal.bic, WithinRel(14.666721999224047, 1e-7));
  CHECK_THAT(literal.left_out_error.value(), WithinRel(0.04670065865547019, 1e-6));
  // Of the two kinds of errors the likelier is taken.
  const ProjectFit likelier = fit_projects(projects, {});
  CHECK(likelier.errors == "relative");
  CHECK_THAT(likelier.likelier_by.value(), WithinRel(18.06632851459171 - 14.666721999224047, 1e-6));
}

TEST_CASE("an outlier moves Huber's fit little") {
  Projects projects = twelve();
  projects.roi[4] = 25;  // was 13.2
  const FormFit robust = fit_projects(projects, options_of("relative", "huber")).form(Form::literal);
  check(robust.coefficients[0], 2.52335344, 0.07975113, 2.342943851, 2.703763029);
  check(robust.coefficients[1], 0.79975348, 0.06719246, 0.6563303268, 0.9616706767);
  check(robust.coefficients[2], 47.6834261, 4.14933286, 39.46780461, 58.38777086);
  CHECK_THAT(robust.scale, WithinRel(0.045033866083324874, 1e-6));
  const FormFit squares = fit_projects(projects, options_of("relative")).form(Form::literal);
  const bool moved = !squares.problem.empty() || std::abs(squares.coefficients[2].value - 52.35) > 5;
  CHECK(moved);
}

TEST_CASE("planted coefficients lie in their own intervals as often as these say") {
  const int seeds = std::getenv("DAYBREAK_SLOW") != nullptr ? 1000 : 150;
  for (const char* loss : {"squares", "huber"}) {
    int inside[3] = {}, near = 0;
    for (int seed = 0; seed < seeds; ++seed) {
      const FormFit fit = literal_fit(planted(static_cast<std::uint64_t>(seed), 60), options_of("auto", loss));
      if (!fit.problem.empty()) continue;
      const double truth[]{2.5, 0.8, 50};
      for (int j : {0, 1, 2}) {
        const FittedCoefficient& one = fit.coefficients[static_cast<std::size_t>(j)];
        inside[j] += one.low && one.high && *one.low <= truth[j] && truth[j] <= *one.high;
      }
      near += std::abs(fit.coefficients[2].value - 50) <= 5;
    }
    for (int j : {0, 1, 2}) {
      INFO(loss << ", coefficient " << j << ": inside " << inside[j] << " times of " << seeds << ", kink near " << near << " times");
      CHECK(inside[j] >= 0.93 * seeds);
      CHECK(inside[j] <= 0.98 * seeds);
      CHECK(near >= 0.93 * seeds);
    }
  }
}

TEST_CASE("projects that do not determine a kink are refused with the reason") {
  const auto problem = [](const std::vector<double>& investment, double noise, std::uint64_t seed) {
    RandomStream random(seed, 1);
    std::vector<double> growth, roi;
    for (const double invested : investment) {
      growth.push_back(1 + 4 * random.uniform());
      const double coefficients[]{2.5, 0.8, 50};
      roi.push_back(return_of(Form::literal, coefficients, invested, growth.back()) * (1 + noise * random.normal()));
    }
    return literal_fit(projects_of(investment, growth, roi)).problem;
  };
  std::vector<double> beyond, before, spread;
  for (int i = 0; i < 30; ++i) {
    beyond.push_back(60 + i);
    before.push_back(1.5 * i);
    spread.push_back(3 * i);
  }
  CHECK_THAT(problem(beyond, 0.05, 1), Contains("past"));
  CHECK_THAT(problem(beyond, 0, 1), Contains("b and c cannot be told apart"));
  CHECK_THAT(problem(before, 0, 1), Contains("a line fits best, and only b = 2.5 and c / k = 0.016"));
  CHECK_THAT(problem({60, 60, 60, 60, 60}, 0.05, 1), Contains("at least 3 different investments for 3 coefficients, found 1"));
  CHECK_THAT(problem({10, 60, 60, 10, 10}, 0.05, 1), Contains("found 2"));
  CHECK_THAT(problem({10, 40, 80}, 0.05, 1), Contains("at least 4 projects for 3 coefficients and their errors, found 3"));
  CHECK(problem(spread, 0.02, 1) == "");
}

TEST_CASE("projects on the formula exactly give it back, with intervals of no width") {
  const FormFit fit = literal_fit(planted(5, 30, 0));
  REQUIRE(fit.problem.empty());
  const double truth[]{2.5, 0.8, 50};
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK_THAT(fit.coefficients[j].value, WithinRel(truth[j], 1e-9));
    CHECK_THAT(fit.coefficients[j].low.value(), WithinRel(truth[j], 1e-5));
    CHECK_THAT(fit.coefficients[j].high.value(), WithinRel(truth[j], 1e-5));
  }
}

TEST_CASE("a kink that the data bound on one side only has no other end") {
  // Two projects past the kink, noisy: a line cannot be excluded.
  const FormFit open = literal_fit(projects_of({0, 10, 20, 30, 40, 50, 60, 70}, std::vector<double>(8, 1.0),
                                               {2.50, 2.95, 3.25, 3.78, 4.05, 4.54, 4.85, 5.18}));
  REQUIRE(open.problem.empty());
  CHECK(open.coefficients[2].low.has_value());
  CHECK_FALSE(open.coefficients[2].high.has_value());
  REQUIRE(open.warnings.size() == 1);
  CHECK_THAT(open.warnings[0], Contains("no upper bound"));
  // Nothing between 0 and the kink: it may be anywhere below the first investment.
  const FormFit below = literal_fit(projects_of({0, 0, 0, 60, 70, 80, 90}, {1, 2, 3, 1, 2, 3, 4}, {2.5, 5.1, 7.4, 4.5, 9.1, 13.4, 18.1}));
  REQUIRE(below.problem.empty());
  CHECK_FALSE(below.coefficients[2].low.has_value());
  CHECK_THAT(below.warnings.at(0), Contains("anywhere below 60"));
}

TEST_CASE("losses are returns like others, but no error is a share of one") {
  Projects projects = twelve();
  for (double& roi : projects.roi) roi -= 30;
  const ProjectFit fit = fit_projects(projects, {});
  CHECK(fit.errors == "absolute");
  CHECK_THAT(literal_fit(projects, options_of("relative")).problem, Contains("not above 0 at row"));
}
