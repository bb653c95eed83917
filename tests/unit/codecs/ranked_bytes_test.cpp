// Tokens by their rank: short codes for frequent ones, every length of code, and no trust in the bytes.
#include "libcore/codecs/ranked_bytes.h"

#include "tests/support/catch.hpp"
#include "tests/unit/codecs/support.h"

using namespace daybreak::codecs;
using namespace daybreak::codecs::test;

namespace {

/// Token t comes about 40000 / (t + 1) times, and each at least twice; spread over the numbers up to 2^20.
Sample zipf() {
  std::vector<std::uint32_t> tokens;
  for (std::uint32_t t = 0; t < 12000; ++t)
    for (std::uint32_t i = 0; i < 2 + 40000 / (t + 1); ++i) tokens.push_back(t * 7919 % 1048576);
  std::shuffle(tokens.begin(), tokens.end(), std::mt19937(1));
  return sample_of(ElementType::u32, {tokens.size()}, tokens);
}

}  // namespace

TEST_CASE("tokens come back from ranks of one, two and three bytes") {
  const Sample tokens = zipf();
  Bytes bytes, back(tokens.data.size());
  REQUIRE(rank_bytes(tokens.type, tokens.data, bytes) == Status::ok);
  CHECK(unrank_bytes(tokens.type, bytes, back) == Status::ok);
  CHECK(back == tokens.data);
  // 208 tokens of 12000 are more than half of all.
  CHECK(bytes.size() < tokens.data.size() / 4 * 16 / 10 + 24000);
}

TEST_CASE("the one-byte code of the most frequent token is 0") {
  const auto tokens = sample_of(ElementType::u16, {8}, std::vector<std::uint16_t>{9, 500, 9, 9, 500, 9, 9, 9});
  Bytes bytes;
  REQUIRE(rank_bytes(tokens.type, tokens.data, bytes) == Status::ok);
  const Bytes codes(bytes.end() - 8, bytes.end());
  CHECK(codes == Bytes{0, 1, 0, 0, 1, 0, 0, 0});
}

TEST_CASE("what is no list of ranks is refused") {
  const Sample tokens = zipf();
  Bytes bytes, back(tokens.data.size());
  REQUIRE(rank_bytes(tokens.type, tokens.data, bytes) == Status::ok);
  CHECK(unrank_bytes(tokens.type, ByteSpan(bytes).first(bytes.size() - 1), back) == Status::corrupt);
  CHECK(unrank_bytes(tokens.type, {}, back) == Status::corrupt);
  bytes.push_back(0);
  CHECK(unrank_bytes(tokens.type, bytes, back) == Status::corrupt);
  Bytes noise(4000);
  std::mt19937 random(2);
  for (auto& byte : noise) byte = static_cast<std::uint8_t>(random());
  CHECK(rank_bytes(ElementType::u32, noise, bytes) == Status::not_applicable);
  CHECK(rank_bytes(ElementType::u32, ByteSpan(noise).first(3), bytes) == Status::wrong_size);
}
