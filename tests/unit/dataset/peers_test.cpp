#include "libcore/dataset/peers.h"

#include <cmath>
#include <cstring>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;

namespace {

std::vector<std::byte> waves(std::size_t bytes) {
  std::vector<std::byte> out(bytes);
  for (std::size_t i = 0; i + 4 <= bytes; i += 4) {
    const float value = std::round(100 * std::sin(static_cast<float>(i) / 900)) / 10;
    std::memcpy(out.data() + i, &value, sizeof value);
  }
  return out;
}

}  // namespace

TEST_CASE("Every peer gives every chunk back, noise too, and their names differ") {
  const io::Shape chunk{64, 32};
  std::set<std::string> names;
  for (const auto& peer : dataset::chunk_peers()) {
    CHECK(names.insert(peer->name()).second);
    for (const io::DType type : {io::DType::u8, io::DType::i16, io::DType::f32, io::DType::f64}) {
      const std::size_t bytes = 64 * 32 * io::dtype_bytes(type);
      peer->begin(dataset::chunk_type(type, chunk));
      for (std::uint64_t ordinal = 0; ordinal < 20; ++ordinal) {
        const std::vector<std::byte> plain = ordinal % 3 == 2 ? test::noise(bytes, ordinal) : waves(bytes);
        const dataset::Packed packed = peer->pack(plain, ordinal);
        std::vector<std::byte> back(bytes);
        INFO(peer->name() << " " << io::dtype_name(type) << " " << ordinal);
        REQUIRE(peer->unpack(packed, back));
        REQUIRE(back == plain);
        if (ordinal == 0 && type == io::DType::f32) CHECK(packed.bytes.size() < bytes / 2);
      }
    }
  }
  CHECK(names.size() == 9);
}

TEST_CASE("A packed chunk that was cut does not come back") {
  for (const auto& peer : dataset::chunk_peers()) {
    peer->begin(dataset::chunk_type(io::DType::f32, {64, 32}));
    const std::vector<std::byte> plain = waves(64 * 32 * 4);
    dataset::Packed packed = peer->pack(plain, 0);
    packed.bytes.resize(packed.bytes.size() / 2);
    std::vector<std::byte> back(plain.size());
    INFO(peer->name());
    CHECK(!(peer->unpack(packed, back) && back == plain));
  }
}

TEST_CASE("Bits are shuffled whatever the number of elements") {
  // Whole numbers below 16 in 16 bits: with their bits shuffled a quarter of the planes is noise, the rest zero.
  std::vector<std::byte> bytes = test::noise(2 * 30005, 3);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = i % 2 == 0 ? bytes[i] & std::byte{0x0f} : std::byte{0};
  for (const auto& peer : dataset::chunk_peers()) {
    if (peer->name() != "blosc-zstd-9-bitshuffle") continue;
    peer->begin(dataset::chunk_type(io::DType::i16, {30005}));
    const dataset::Packed packed = peer->pack(bytes, 0);
    CHECK(packed.bytes.size() < 30005 / 2 + 300);
    std::vector<std::byte> back(bytes.size());
    CHECK((peer->unpack(packed, back) && back == bytes));
  }
}
