// Which tokens a step sees.
#include <algorithm>
#include <set>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/training/sample_order.h"
#include "libcore/training/token_source.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::training;

TEST_CASE("an epoch takes every window once, from a place that moves") {
  constexpr std::uint64_t kTokens = 1000, kContext = 16;
  const SampleOrder order(kTokens, kContext, 5);
  REQUIRE(order.epoch_samples() == kTokens / kContext - 1);
  std::set<std::uint64_t> offsets;
  for (std::uint64_t epoch = 0; epoch < 20; ++epoch) {
    std::vector<std::uint64_t> firsts;
    for (std::uint64_t i = 0; i < order.epoch_samples(); ++i) firsts.push_back(order.first_token(epoch * order.epoch_samples() + i));
    CHECK_FALSE(std::is_sorted(firsts.begin(), firsts.end()));
    std::sort(firsts.begin(), firsts.end());
    for (std::size_t i = 1; i < firsts.size(); ++i) REQUIRE(firsts[i] == firsts[i - 1] + kContext);
    REQUIRE(firsts.front() < kContext);
    REQUIRE(firsts.back() + kContext + 1 <= kTokens);
    offsets.insert(firsts.front());
  }
  CHECK(offsets.size() > 8);
}

TEST_CASE("epochs and seeds are ordered apart, and equal ones alike") {
  const SampleOrder order(100000, 10, 1), same(100000, 10, 1), other(100000, 10, 2);
  int equal_to_next_epoch = 0, equal_to_other_seed = 0;
  for (std::uint64_t i = 0; i < 500; ++i) {
    REQUIRE(order.first_token(i) == same.first_token(i));
    equal_to_next_epoch += order.first_token(i) == order.first_token(i + order.epoch_samples());
    equal_to_other_seed += order.first_token(i) == other.first_token(i);
  }
  CHECK(equal_to_next_epoch < 5);
  CHECK(equal_to_other_seed < 5);
}

TEST_CASE("the smallest streams") {
  CHECK_THROWS_AS(SampleOrder(16, 16, 0), Error);
  const SampleOrder exact(17, 16, 0);
  CHECK(exact.epoch_samples() == 1);
  CHECK(exact.first_token(0) == 0);
  CHECK(exact.first_token(7) == 0);
  const SampleOrder roomy(20, 16, 0);
  for (std::uint64_t i = 0; i < 50; ++i) CHECK(roomy.first_token(i) <= 3);
}

TEST_CASE("the last share is held out") {
  const Split parts = split({0, 1003}, 0.1);
  CHECK(parts.training.first == 0);
  CHECK(parts.training.count == 902);
  CHECK(parts.held_out.first == 902);
  CHECK(parts.held_out.count == 101);
  CHECK(split({0, 10}, 0).held_out.count == 0);
  CHECK_THROWS_AS(split({0, 10}, 1), Error);
  CHECK_THROWS_AS(split({0, 10}, 0.05), Error);
}
