// Philox4x32-10 against the known answers that its authors publish (Random123, kat_vectors).
#include "kernels/common/philox.h"

#include "tests/support/catch.hpp"

using daybreak::kernels::philox4x32;
using daybreak::kernels::philox_block;
using daybreak::kernels::unit_interval;
using Words = std::array<std::uint32_t, 4>;

TEST_CASE("philox gives the known answers") {
  constexpr std::uint32_t kOnes = 0xffffffff;
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox4x32({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a block is the counter of its index and stream under the seed's key") {
  CHECK(philox_block(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("the unit interval holds 0 and never 1") {
  CHECK(unit_interval(0, 0) == 0);
  CHECK(unit_interval(0xffffffff, 0xffffffff) == 1 - 0x1p-53);
  CHECK(unit_interval(0x80000000, 0) == 0.5);
}
