// The order of samples is a permutation, for any size, seed and epoch.
#include <rapidcheck.h>

#include <vector>

#include "libcore/training/sample_order.h"
#include "tests/support/catch.hpp"

using daybreak::training::Permutation;

TEST_CASE("a Feistel permutation takes every place once") {
  CHECK(rc::check([] {
    const auto size = *rc::gen::inRange<std::uint64_t>(1, 3000);
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const auto epoch = *rc::gen::inRange<std::uint64_t>(0, 1u << 20);
    const Permutation permutation(size, seed, epoch);
    std::vector<bool> seen(size);
    for (std::uint64_t i = 0; i < size; ++i) {
      const std::uint64_t place = permutation(i);
      RC_ASSERT(place < size);
      RC_ASSERT(!seen[place]);
      seen[place] = true;
    }
  }));
}

TEST_CASE("large sizes stay in range, and neighbors do not stay neighbors") {
  CHECK(rc::check([] {
    const auto size = *rc::gen::inRange<std::uint64_t>(std::uint64_t{1} << 32, std::uint64_t{1} << 62);
    const auto index = *rc::gen::inRange<std::uint64_t>(0, size - 1);
    const Permutation permutation(size, 3, 0);
    const std::uint64_t one = permutation(index), next = permutation(index + 1);
    RC_ASSERT(one < size);
    RC_ASSERT(next < size);
    RC_ASSERT(one != next);
    RC_ASSERT(one + 1 != next);
  }));
}
