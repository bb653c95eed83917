// Masks by their edges: they come back, however they lie; bytes that are none are refused.
#include "libcore/codecs/mask_edges.h"

#include "tests/support/catch.hpp"
#include "tests/unit/codecs/support.h"

using namespace daybreak::codecs;

namespace {

Bytes edges_of(ByteSpan mask, std::size_t line, std::size_t plane) {
  ByteWriter out;
  write_edges(mask, line, plane, out);
  return out.take();
}

/// False where the bytes are refused.
bool read_all(ByteSpan bytes, Bytes& mask) {
  ByteReader in(bytes);
  std::vector<MaskRun> runs;
  if (!read_edges(in, mask.size(), runs) || !in.finished()) return false;
  std::fill(mask.begin(), mask.end(), std::uint8_t{0});
  std::size_t end = 0;
  for (const MaskRun& run : runs) {
    REQUIRE((run.first >= end + (end > 0 ? 1 : 0) && run.count > 0 && run.count <= mask.size() - run.first));
    end = run.first + run.count;
    std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(run.first), run.count, std::uint8_t{1});
  }
  return true;
}

/// Discs that move from plane to plane.
Bytes discs(std::size_t planes, std::size_t rows, std::size_t columns) {
  Bytes mask;
  for (std::size_t p = 0; p < planes; ++p)
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t c = 0; c < columns; ++c) {
        const auto x = static_cast<int>(c % 40) - 20, y = static_cast<int>(r % 30) - 14 + static_cast<int>(p);
        mask.push_back(x * x + 2 * y * y < 130);
      }
  return mask;
}

}  // namespace

TEST_CASE("masks of any kind and shape come back from their edges") {
  std::mt19937 random(5);
  struct Shape {
    std::size_t count, line, plane;
  };
  for (const Shape shape : {Shape{3600, 40, 1200}, Shape{3600, 40, 0}, Shape{3600, 3600, 0}, Shape{3595, 40, 1200},
                            Shape{8, 8, 8}, Shape{3, 3, 0}, Shape{1, 1, 0}})
    for (const unsigned odds : {0u, 1u, 20u, 128u, 250u, 256u}) {
      INFO(shape.count << " " << shape.line << " " << shape.plane << " " << odds);
      Bytes mask(shape.count), found(shape.count);
      for (auto& one : mask) one = random() % 256 < odds;
      const Bytes bytes = edges_of(mask, shape.line, shape.plane);
      REQUIRE(read_all(bytes, found));
      CHECK(found == mask);
      CHECK(bytes.size() < shape.count + 64);
    }
}

TEST_CASE("what lies as in the plane before costs little") {
  const Bytes mask = discs(6, 120, 160);
  Bytes found(mask.size());
  const Bytes bytes = edges_of(mask, 160, 120 * 160), without = edges_of(mask, 160, 0);
  REQUIRE(read_all(bytes, found));
  CHECK(found == mask);
  CHECK(bytes.size() < mask.size() / 80);
  CHECK(without.size() < mask.size() / 40);
}

TEST_CASE("edges that are cut off or changed are refused, or some other mask") {
  const Bytes mask = discs(2, 30, 40), bytes = edges_of(mask, 40, 1200);
  Bytes found(mask.size());
  for (std::size_t length = 0; length < bytes.size(); ++length) CHECK(!read_all(ByteSpan(bytes).first(length), found));
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    Bytes changed = bytes;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ 1u << bit % 8);
    read_all(changed, found);  // checks that the runs lie in the mask
  }
}
