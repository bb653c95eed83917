#include <algorithm>
#include <cmath>
#include <vector>

#include "libcore/base/random.h"
#include "tests/support/catch.hpp"

using namespace daybreak;

namespace {

/// Mean of f over so many draws, in deviations of it from `expected`, for values of that variance.
template <class Draw>
double surprise(const Draw& draw, double expected, double variance) {
  constexpr int kDraws = 200000;
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) sum += draw();
  return std::abs(sum / kDraws - expected) / std::sqrt(variance / kDraws);
}

}  // namespace

TEST_CASE("a random stream is Philox's sequence of its seed and number") {
  RandomStream random(7, 3);
  for (std::uint64_t block = 0; block < 100; ++block) {
    const auto words = kernels::philox_block(7, 3, block);
    CHECK(random.uniform() == kernels::unit_interval(words[0], words[1]));
    CHECK(random.uniform() == kernels::unit_interval(words[2], words[3]));
  }
  RandomStream other(7, 4);
  CHECK(other.uniform() != RandomStream(7, 3).uniform());
}

TEST_CASE("random numbers have the moments of their distributions") {
  RandomStream random(1, 0);
  const auto square = [](double x) { return x * x; };
  CHECK(surprise([&] { return random.uniform(); }, 0.5, 1.0 / 12) < 4);
  CHECK(surprise([&] { return random.exponential(); }, 1, 1) < 4);
  CHECK(surprise([&] { return square(random.exponential()); }, 2, 20) < 4);  // E x^4 - (E x^2)^2 = 24 - 4
  CHECK(surprise([&] { return random.normal(); }, 0, 1) < 4);
  CHECK(surprise([&] { return square(random.normal()); }, 1, 2) < 4);
  CHECK(surprise([&] { return static_cast<double>(random.below(5)); }, 2, 2) < 4);
  std::vector<int> counts(5);
  for (int i = 0; i < 1000; ++i) ++counts[random.below(5)];
  CHECK(*std::min_element(counts.begin(), counts.end()) > 140);
}
