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
    DampedTrend trend(0);
    for (int i = 0; i < 2000; ++i) trend.add(period, 10 + 0.5 * i);
    CHECK_THAT(trend.level(), WithinRel(10 + 0.5 * 1999, 1e-15));
    const double keep = std::exp(-period / 90), fade = std::exp(-period / 900), slope = (1 - keep) * 0.5 / (1 - keep * fade);
    double ahead = 0;
    for (int i = 1; i <= 6; ++i) ahead += slope * std::pow(fade, i);
    CHECK_THAT(trend.peak(period, 6 * period), WithinRel(trend.level() + ahead, 1e-12));
  }
}

TEST_CASE("a falling trend does not lower the highest load ahead") {
  DampedTrend trend(300);
  for (int i = 0; i < 100; ++i) trend.add(60, 100 - i);
  CHECK(trend.peak(60, 360) == trend.level());
}

TEST_CASE("smoothing means the same time for any period") {
  for (const double period : {15.0, 60.0}) {
    DampedTrend trend(300);
    trend.add(period, 0);
    for (int i = 0; i < 3000 / period; ++i) trend.add(period, 1);
    CHECK_THAT(trend.level(), WithinAbs(1, 0.02));
  }
}

TEST_CASE("a day's profile tells how yesterday went on") {
  // It doubles within ten minutes at 6 o'clock, and is level else.
  const auto load = [](double time) { return 100 * (1 + std::clamp((std::fmod(time, 86400) - 21600) / 600, 0.0, 1.0)); };
  for (const double period : {60.0, 600.0}) {
    DayProfile day;
    double before = 0, within = 0, later = 0, first_day = 0;
    for (double time = period; time <= 2 * 86400; time += period) {
      day.add(time, period, load(time - period / 2));
      const double growth = day.growth(time, 900);
      if (time < 86400) first_day = std::max(first_day, growth);
      if (time == 86400 + 18000) before = growth;
      if (time == 86400 + 21600) within = growth;
      if (time == 86400 + 25200) later = growth;
    }
    CHECK(first_day == 1);
    CHECK_THAT(before, WithinAbs(1, 1e-9));
    CHECK(within > 1.4);
    CHECK(within <= 1.5);  // the most that is believed
    CHECK_THAT(later, WithinAbs(1, 1e-9));
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
  Forecast forecast({0, false}, 360);
  const DayProfile day;
  // Level, then doubled for good: forecasts that were made before fell short by half.
  for (int minute = 1; minute <= 60; ++minute) forecast.add(60.0 * minute, 60, 10, day);
  CHECK_THAT(forecast.errors().at(0.99), WithinRel(1.0, 1e-12));
  for (int minute = 61; minute <= 66; ++minute) forecast.add(60.0 * minute, 60, 20, day);
  CHECK(forecast.errors().at(0.99) >= 2);
  CHECK(forecast.errors().at(0.99) < 2.05);
}
