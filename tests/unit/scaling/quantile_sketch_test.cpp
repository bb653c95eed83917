#include <algorithm>
#include <random>
#include <vector>

#include "libcore/scaling/simulation/quantile_sketch.h"
#include "tests/support/catch.hpp"

using namespace daybreak::scaling;

TEST_CASE("quantiles of weighted values are within the stated error of the sorted ones") {
  std::mt19937_64 random(5);
  for (const double spread : {0.5, 3.0, 8.0}) {
    std::lognormal_distribution<double> draw(0, spread);
    std::vector<std::pair<double, double>> values;
    QuantileSketch sketch;
    double total = 0;
    for (int i = 0; i < 20000; ++i) {
      const double value = i % 5 == 0 ? 0 : draw(random), weight = static_cast<double>(1 + random() % 7);
      values.emplace_back(value, weight);
      sketch.add(value, weight);
      total += weight;
    }
    std::sort(values.begin(), values.end());
    for (const double share : {0.1, 0.5, 0.9, 0.95, 0.99, 0.999}) {
      double seen = 0, exact = 0;
      for (const auto& [value, weight] : values) {
        exact = value;
        if ((seen += weight) >= share * total) break;
      }
      CHECK(std::abs(sketch.at(share) - exact) <= exact / QuantileSketch::kBins);
    }
  }
}

TEST_CASE("a quantile of few values is one of them, whatever its size") {
  QuantileSketch sketch;
  CHECK(sketch.at(0.5) == 0);
  for (const double value : {3e-12, 40.0, 501.8181818181818, 1e15, 3e300}) sketch.add(value, 1);
  sketch.add(0, 1);
  CHECK(sketch.at(0.1) == 0);
  CHECK(sketch.at(0.3) == 3e-12);
  CHECK(sketch.at(0.5) == 40);
  CHECK(sketch.at(0.6) == 501.8181818181818);
  CHECK(sketch.at(0.7) == 1e15);
}
