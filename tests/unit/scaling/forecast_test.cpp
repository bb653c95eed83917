#include "libcore/scaling/policies/forecast.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

TEST_CASE("a damped trend of an exact line is the line's slope, faded") {
  // Without smoothing the level is the value itself. The trend T of a line that rises by s a period solves
  // T = (1 - k) s + k f T with k = e^(-p/90) and f = e^(-p/900).
  for (const double period : {15.0, 60.0, 600.0}) {
    DampedTrend trend;
    for (int i = 0; i < 2000; ++i) trend.add(period, 10 + 0.5 * i);
    CHECK_THAT(trend.level(), WithinRel(10 + 0.5 * 1999, 1e-15));
    const double keep = std::exp(-period / 90), fade = std::exp(-period / 900), slope = (1 - keep) * 0.5 / (1 - keep * fade);
    double ahead = 0;
    for (int i = 1; i <= 6; ++i) ahead += slope * std::pow(fade, i);
    CHECK_THAT(trend.peak(period, 6 * period), WithinRel(trend.level() + ahead, 1e-12));
  }
}

TEST_CASE("a falling trend does not lower the highest load ahead") {
  DampedTrend trend;
  for (int i = 0; i < 100; ++i) trend.add(60, 100 - i);
  CHECK(trend.peak(60, 360) == trend.level());
}

TEST_CASE("a day's profile tells how yesterday went on") {
  // It doubles within ten minutes at 6 o'clock, and is level else.
  const auto load = [](double time) { return 100 * (1 + std::clamp((std::fmod(time, 86400) - 21600) / 600, 0.0, 1.0)); };
  for (const double period : {60.0, 600.0}) {
    DayProfile day;
    double before = 0, within = 0, later = 0, first_day = 0;
    for (double time = period; time <= 2 * 86400; time += period) {
      day.add(time, period, load(time - period / 2));
      const double rise = day.rise(time, 900);
      if (time < 86400) first_day = std::max(first_day, rise);
      if (time == 86400 + 18000) before = rise;
      if (time == 86400 + 21600) within = rise;
      if (time == 86400 + 25200) later = rise;
    }
    CHECK(first_day == 0);
    CHECK_THAT(before, WithinAbs(0, 1e-9));
    CHECK(within > std::log(1.3));  // averaging blurs the edges
    CHECK(within <= std::log(2.0));
    CHECK_THAT(later, WithinAbs(0, 1e-4));
  }
}

TEST_CASE("error quantiles are those of the sorted ratios, and forget") {
  std::mt19937_64 random(3);
  std::lognormal_distribution<double> ratio(0, 0.3);
  ErrorQuantiles quantiles;
  CHECK(quantiles.at(0.9) == 1);
  std::vector<double> all;
  for (int i = 0; i < 20000; ++i) {
    all.push_back(ratio(random));
    quantiles.add(0.01, all.back());  // 200 s in all: nothing is forgotten yet
  }
  std::sort(all.begin(), all.end());
  for (const double level : {0.1, 0.5, 0.9, 0.99}) {
    const double exact = all[static_cast<std::size_t>(level * 20000)];
    CHECK(quantiles.at(level) >= exact * 0.999);
    CHECK(quantiles.at(level) <= exact * 1.022);  // a step of the histogram
  }
  for (int hour = 0; hour < 24 * 14; ++hour) quantiles.add(3600, 1.0);
  CHECK_THAT(quantiles.at(0.999), WithinRel(1.0, 1e-12));
}

TEST_CASE("a forecast's error is measured when its time has come") {
  Forecasts forecasts(360);
  const auto p99 = [&] { return forecasts.errors(ForecastKind::trend).at(0.99); };
  // Level, then doubled for good: forecasts that were made before fell short by half.
  for (int minute = 1; minute <= 60; ++minute) forecasts.add(60.0 * minute, 60, 10);
  CHECK_THAT(p99(), WithinRel(1.0, 1e-12));
  for (int minute = 61; minute <= 66; ++minute) forecasts.add(60.0 * minute, 60, 20);
  CHECK(p99() >= 2);
  CHECK(p99() < 2.05);
}

TEST_CASE("a regression's weights are those of the normal equations") {
  // Least squares over all pairs of terms and rise, each pair's weight faded by its age, and the first covariance's inverse on the
  // diagonal: what the recursion must equal at any time (Ljung and Soederstrom, chapter 2), solved here by elimination.
  constexpr std::size_t kTerms = 5, kHorizon = 6, kMinutes = 400;
  const double times[]{90, 360, 1800}, keep = std::exp(-60 / (7 * 86400.0));
  std::mt19937_64 random(5);
  std::normal_distribution<double> normal;
  LoadRegression regression(60 * kHorizon);
  std::vector<double> levels;
  std::vector<std::array<double, kTerms>> terms;
  double averages[3]{}, wander = 0;
  for (std::size_t minute = 0; minute < kMinutes; ++minute) {
    wander = 0.97 * wander + 0.1 * normal(random);
    const double yesterday = 0.05 * normal(random);
    levels.push_back(std::log(50.0) + wander);
    std::array<double, kTerms> now{0, 0, 0, yesterday, 1};
    for (std::size_t i = 0; i < 3; ++i) {
      const double fade = std::exp(-60 / times[i]);
      averages[i] = minute == 0 ? levels[0] : fade * averages[i] + (1 - fade) * levels.back();
      now[i] = levels.back() - averages[i];
    }
    terms.push_back(now);
    regression.add(60.0 * static_cast<double>(minute + 1), 60, std::exp(levels.back()), yesterday);
  }
  double matrix[kTerms][kTerms + 1]{};
  const std::size_t pairs = kMinutes - kHorizon;
  for (std::size_t i = 0; i < kTerms; ++i) matrix[i][i] = std::pow(keep, pairs) / 100;
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    const double weight = std::pow(keep, pairs - 1 - pair), rise = levels[pair + kHorizon] - levels[pair];
    for (std::size_t i = 0; i < kTerms; ++i) {
      for (std::size_t j = 0; j < kTerms; ++j) matrix[i][j] += weight * terms[pair][i] * terms[pair][j];
      matrix[i][kTerms] += weight * terms[pair][i] * rise;
    }
  }
  for (std::size_t i = 0; i < kTerms; ++i)
    for (std::size_t row = 0; row < kTerms; ++row)
      for (std::size_t j = kTerms + 1; row != i && j-- > i;) matrix[row][j] -= matrix[row][i] / matrix[i][i] * matrix[i][j];
  double expected = 0;
  for (std::size_t i = 0; i < kTerms; ++i) expected += matrix[i][kTerms] / matrix[i][i] * terms.back()[i];
  CHECK_THAT(regression.rise(), WithinRel(expected, 1e-8));
  CHECK(std::abs(expected) > 1e-3);
}

TEST_CASE("a regression of a steady growth foretells it") {
  LoadRegression regression(360);
  for (int minute = 1; minute <= 600; ++minute) regression.add(60.0 * minute, 60, 100 * std::exp(0.002 * minute), 0);
  CHECK_THAT(regression.rise(), WithinRel(6 * 0.002, 0.02));
}

TEST_CASE("a load of nothing and a jump leave a regression finite") {
  LoadRegression regression(360);
  for (int minute = 1; minute <= 3000; ++minute) {
    regression.add(60.0 * minute, 60, minute % 500 == 0 ? 1e9 : 0, 0);
    REQUIRE(std::abs(regression.rise()) <= 0.7);
  }
}
