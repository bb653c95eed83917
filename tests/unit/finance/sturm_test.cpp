#include "libcore/finance/flows/sturm.h"

#include <cmath>
#include <random>

#include "tests/support/catch.hpp"

using namespace daybreak::finance;

namespace {

__extension__ using Wide = __int128;

Wide random_wide(std::mt19937_64& random) {
  const int bits = static_cast<int>(random() % 120);
  Wide value = static_cast<Wide>(random()) << 60 | static_cast<Wide>(random());
  value &= (static_cast<Wide>(1) << bits) - 1;
  return random() % 2 == 0 ? value : -value;
}

BigInteger big(Wide value) {
  const bool negative = value < 0;
  if (negative) value = -value;
  const auto low = static_cast<std::int64_t>(value & 0x3fffffffffffffff);
  const BigInteger result = (BigInteger(static_cast<std::int64_t>(value >> 62)) << 62) + low;
  return negative ? -result : result;
}

}  // namespace

TEST_CASE("sums, differences and products of 128 bits agree with the processor's") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20'000; ++round) {
    const Wide a = random_wide(random), b = random_wide(random) >> 57, c = random_wide(random) >> 60;
    REQUIRE(big(a) + big(b) == big(a + b));
    REQUIRE(big(a) - big(b) == big(a - b));
    REQUIRE(big(b) * big(c) == big(b * c));
    REQUIRE(big(a).sign() == (a > 0) - (a < 0));
  }
}

TEST_CASE("long products are divided again, and obey the laws of arithmetic") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 2'000; ++round) {
    BigInteger a = 1, b = 1, c = big(random_wide(random));
    for (std::uint64_t i = random() % 9; i-- > 0;) a = a * big(random_wide(random) | 1);
    for (std::uint64_t i = random() % 9; i-- > 0;) b = b * big(random_wide(random) | 1);
    a = a << random() % 200;
    b = b << random() % 200;
    REQUIRE((a * b).exactly_by(b) == a);
    REQUIRE((a * b).exactly_by(a) == b);
    REQUIRE((a + b) * c == a * c + b * c);
    REQUIRE((a + b) - b == a);
    REQUIRE((a - a).sign() == 0);
    REQUIRE((a << 67).bits() == a.bits() + 67);
  }
}

TEST_CASE("the chain counts distinct roots between two places") {
  const Dyadic tenth{1, -3}, half{1, -1}, two{2, 0}, ten{10, 0};
  const std::vector<double> product{-6, 11, -6, 1};  // (x - 1)(x - 2)(x - 3)
  CHECK(SturmChain(product).roots_between(tenth, ten) == 3);
  CHECK(SturmChain(product).roots_between(half, two) == 2);  // 2 itself counts
  CHECK(SturmChain(product).roots_between({5, -1}, ten) == 1);
  const std::vector<double> square{1, -2, 1};
  CHECK(SturmChain(square).roots_between(tenth, ten) == 1);
  CHECK(SturmChain(square).is_multiple_root({1, 0}));
  CHECK_FALSE(SturmChain(square).is_multiple_root(two));
  CHECK(SturmChain(std::vector<double>{1, 0, 1}).roots_between(tenth, ten) == 0);
  CHECK(SturmChain(std::vector<double>{1, -2, std::nextafter(1.0, 0.0)}).roots_between(tenth, ten) == 2);
  CHECK(SturmChain(std::vector<double>{1, -2, std::nextafter(1.0, 2.0)}).roots_between(tenth, ten) == 0);
  CHECK(SturmChain(std::vector<double>{-1e-300, 1e300}).roots_between({1, -2000}, {1, 0}) == 1);
}

// Wilkinson's polynomial: its coefficients up to degree 15 are exact doubles.
TEST_CASE("the chain of Wilkinson's polynomial finds each of its roots") {
  std::vector<double> wilkinson{1};
  for (int root = 1; root <= 15; ++root) {
    std::vector<double> next(wilkinson.size() + 1);
    for (std::size_t i = 0; i < wilkinson.size(); ++i) {
      next[i] -= root * wilkinson[i];
      next[i + 1] += wilkinson[i];
    }
    wilkinson = next;
  }
  const SturmChain chain(wilkinson);
  for (int root = 1; root <= 15; ++root) {
    CHECK(chain.roots_between({2 * root - 1, -1}, {2 * root + 1, -1}) == 1);
    CHECK(chain.sign_at({root, 0}) == 0);
    CHECK(chain.sign_at({2 * root + 1, -1}) == (root % 2 == 1 ? 1 : -1));
  }
}
