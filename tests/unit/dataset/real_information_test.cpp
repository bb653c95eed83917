// Real information of bits, on values whose bits are made.
#include "libcore/dataset/real_information.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <random>

#include "libcore/io/stretches.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::dataset;

namespace {

/// Numbers in [1, 2) whose first `shared` mantissa bits are those of the seven neighbors along an axis; the others are
/// random.
std::unique_ptr<io::ArraySource> made(const io::Shape& shape, std::size_t axis, unsigned shared) {
  std::mt19937 random(7);
  std::uint64_t apart = 1, count = 1;
  for (std::size_t d = 0; d < shape.size(); ++d) count *= shape[d], apart *= d > axis ? shape[d] : 1;
  std::vector<std::uint32_t> of_run(count);
  for (std::uint32_t& bits : of_run) bits = static_cast<std::uint32_t>(random());
  std::vector<std::byte> bytes(4 * count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t place = i / apart % shape[axis], run = i - place % 8 * apart;
    const std::uint32_t kept = shared == 0 ? 0 : ~std::uint32_t{0} << (23 - shared) & 0x7fffff;
    const std::uint32_t bits = 127u << 23 | (of_run[run] & kept) | (static_cast<std::uint32_t>(random()) & ~kept & 0x7fffff);
    std::memcpy(bytes.data() + 4 * i, &bits, 4);
  }
  return io::memory_array({"x", io::DType::f32, shape}, std::move(bytes));
}

}  // namespace

TEST_CASE("real information is what neighbors share, along the axis where they do") {
  // Neighbors are of one run 7 times in 8, else equal by chance: they differ in a bit 1 time in 16.
  const double one = 1 + std::log2(1.0 / 16) / 16 + std::log2(15.0 / 16) * 15 / 16;
  const auto along_rows = real_information(*made({512, 64}, 0, 5), 0.999, {});
  REQUIRE(along_rows);
  CHECK(along_rows->axis == 0);
  CHECK(along_rows->mantissa_bits == 5);
  CHECK_FALSE(along_rows->artificial);
  CHECK(along_rows->bits == Approx(5 * one).epsilon(0.03));
  CHECK(rounding_bound(*along_rows) == 1.0 / 64);
  const auto half = real_information(*made({32768}, 0, 6), 0.5, {});
  REQUIRE(half);
  CHECK(half->mantissa_bits == 3);
  CHECK(real_information(*made({32768}, 0, 23), 0.99, {})->artificial);
}

TEST_CASE("noise has no real information, nor have numbers without neighbors") {
  const auto noise = real_information(*made({32768}, 0, 0), 0.99, {});
  CHECK((!noise || noise->bits < 0.01));
  CHECK_FALSE(real_information(*made({1}, 0, 5), 0.99, {}));
}
