// Fields of symbols: they come back by every instruction set, and their contexts find what foretells them.
#include <random>

#include "libcore/codecs/context_tree.h"
#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/photograph.h"
#include "libcore/codecs/symbol_field.h"
#include "tests/support/catch.hpp"

using namespace daybreak::codecs;

namespace {

constexpr InstructionSet kSets[] = {InstructionSet::plain, InstructionSet::avx2, InstructionSet::avx512,
                                    InstructionSet::avx512vbmi};

Bytes written(const FieldShape& shape, ByteSpan symbols) {
  ByteWriter out;
  write_field(shape, symbols, out);
  return out.take();
}

/// Symbols that repeat the one so far before, mostly.
Bytes echoes(std::size_t count, std::size_t distance, unsigned seed) {
  std::mt19937 random(seed);
  Bytes symbols(count);
  for (std::size_t i = 0; i < count; ++i)
    symbols[i] = static_cast<std::uint8_t>(i < distance || random() % 32 == 0 ? random() % 8 : symbols[i - distance]);
  return symbols;
}

double bits_each(const FieldShape& shape, ByteSpan symbols) {
  return 8.0 * static_cast<double>(written(shape, symbols).size()) / static_cast<double>(symbols.size());
}

/// As read by the best of the set; empty where the bytes are refused.
Bytes read_by(InstructionSet set, const FieldShape& shape, ByteSpan bytes, std::size_t count) {
  limit_instruction_set(set);
  ByteReader in(bytes);
  Bytes symbols(count);
  const bool read = read_field(shape, in, symbols) && in.finished();
  limit_instruction_set(kSets[3]);
  return read ? symbols : Bytes{};
}

}  // namespace

TEST_CASE("fields come back by every instruction set, whatever the rows") {
  std::mt19937 random(1);
  for (const std::size_t rows : {1u, 3u, 17u, 50u, 100u, 197u, 700u})
    for (const FieldShape& shape :
         {FieldShape{1}, FieldShape{2}, FieldShape{28, 1, 28 * 7}, FieldShape{33, 3}, FieldShape{3, 3}, FieldShape{1024},
          FieldShape{520, 1, 520 * 5}, FieldShape{768, 3}}) {
      Bytes symbols = echoes(rows * shape.row, shape.row, static_cast<unsigned>(rows));
      for (std::size_t i = 0; i < symbols.size(); i += 5) symbols[i] = static_cast<std::uint8_t>(random());
      const Bytes bytes = written(shape, symbols);
      for (const InstructionSet set : kSets) {
        INFO(rows << " rows of " << shape.row << ", set " << static_cast<int>(set));
        CHECK(read_by(set, shape, bytes, symbols.size()) == symbols);
      }
    }
}

TEST_CASE("few long rows lie in strips, for more bands") {
  const auto bands_and_strips = [](const FieldShape& shape, std::size_t rows) {
    const int head = written(shape, echoes(rows * shape.row, shape.row, 6))[0];
    return std::pair(head % 64, 1 << head / 64);
  };
  CHECK(bands_and_strips({2048}, 60) == std::pair(32, 4));
  CHECK(bands_and_strips({2048}, 200) == std::pair(32, 1));
  CHECK(bands_and_strips({2047}, 60) == std::pair(8, 1));     // which no strips divide
  CHECK(bands_and_strips({256}, 60) == std::pair(16, 2));     // narrower ones are not worth it
  CHECK(bands_and_strips({768, 3}, 60) == std::pair(16, 2));  // of whole pixels
  // The row above is found in a strip too.
  CHECK(bits_each({2048}, echoes(2048 * 60, 2048, 7)) < 1.2);
}

TEST_CASE("damaged fields are the same symbols, or none, by every instruction set") {
  std::mt19937 random(3);
  for (int i = 0; i < 200; ++i) {
    const FieldShape shape = i % 2 ? FieldShape{40, 1} : FieldShape{512, 1};
    const Bytes symbols = echoes(30 * 512, shape.row + 1, 2), bytes = written(shape, symbols);
    Bytes bent = bytes;
    bent[random() % bent.size()] = static_cast<std::uint8_t>(random());
    bent.resize(bent.size() - random() % 2 * (random() % 64));
    const Bytes plain = read_by(InstructionSet::plain, shape, bent, symbols.size());
    for (const InstructionSet set : kSets) CHECK(read_by(set, shape, bent, symbols.size()) == plain);
  }
}

TEST_CASE("every feature is looked at") {
  const FieldShape flat{64, 1}, deep{64, 1, 640}, colors{63, 3};
  for (const std::size_t distance : {1u, 2u, 63u, 64u, 65u, 128u})
    CHECK(bits_each(flat, echoes(64 * 2000, distance, 4)) < 0.6);
  CHECK(bits_each(deep, echoes(64 * 2000, 640, 4)) < 1.2);  // a sixth of each band has no plane before
  for (const std::size_t distance : {1u, 3u, 60u, 63u, 66u, 126u})
    CHECK(bits_each(colors, echoes(63 * 2000, distance, 4)) < 0.6);
  CHECK(bits_each(flat, echoes(64 * 2000, 67, 4)) > 2.5);  // which no feature is
}

TEST_CASE("trees: bounds and questions that cannot be are refused") {
  const auto reads = [](Bytes bytes) {
    ByteReader in(bytes);
    ContextTree tree;
    return tree.read(in, 2) && in.finished();
  };
  // Bounds {5, 9} and {7}; two questions: about the first feature's second bound, and then about the second feature.
  const Bytes nodes{2, 0, 9, 0, 0};
  const auto with = [&](Bytes head, Bytes of) {
    ByteWriter out;
    out.bytes(head);
    out.byte(static_cast<std::uint8_t>(of.size() / 2));
    out.byte(1);  // packed, 8 bits
    out.byte(8);
    out.block(of);
    return out.take();
  };
  CHECK(reads(with({2, 5, 9, 1, 7}, nodes)));
  CHECK_FALSE(reads(with({2, 9, 5, 1, 7}, nodes)));
  CHECK_FALSE(reads(with({2, 0, 9, 1, 7}, nodes)));
  CHECK_FALSE(reads(with({8, 1, 2, 3, 4, 5, 6, 7, 8, 1, 7}, nodes)));
  CHECK_FALSE(reads(with({2, 5, 9, 1, 7}, {3, 0, 9, 0, 0})));
  CHECK_FALSE(reads(with({2, 5, 9, 1, 7}, {2, 0, 17, 0, 0})));
  CHECK_FALSE(reads(with({2, 5, 9, 1, 7}, {0, 2, 9, 0, 0})));
  CHECK_FALSE(reads(with({2, 5, 9, 1, 7}, {2, 2, 9, 0, 0})));
}

TEST_CASE("trees: every index has the leaf that its levels lead to") {
  const Bytes bytes{2, 5, 9, 1, 7, 3, 1, 8, 7, 2, 1, 0, 0, 9, 0, 0};  // also asks what is known: below 9, below 5
  ByteReader in(bytes);
  ContextTree tree;
  REQUIRE(tree.read(in, 2));
  Bytes leaves{10, 11, 12, 13}, of_index(tree.indices());
  CHECK(of_index.size() == 4 * 2);  // of 3 and of 2 levels
  tree.spread(leaves, of_index);
  const Labels first = tree.levels(0), second = tree.levels(1);
  for (unsigned a = 0; a < 16; ++a)
    for (unsigned b = 0; b < 16; ++b)
      CHECK(of_index[static_cast<std::size_t>(first[a]) << tree.shift(0) | second[b]] == (a < 9 ? (a < 5 ? 10 : 11) : b < 7 ? 12 : 13));
}

TEST_CASE("photographs come back from what their guesses leave") {
  std::mt19937 random(5);
  for (const std::size_t channels : {1u, 2u, 3u, 4u})
    for (const std::size_t rows : {1u, 3u, 4u, 5u, 16u, 40u})
      for (const std::size_t pixels : {1u, 2u, 3u, 5u, 31u}) {
        const PixelRows shape{pixels * channels, channels};
        Bytes values(rows * shape.row);
        for (std::uint8_t& value : values)
          value = static_cast<std::uint8_t>(random() % 3 ? random() : 250 + random() % 6);
        Bytes memory(shape.row);
        const Bytes residuals = photograph_residuals(shape, values);
        memory.insert(memory.end(), residuals.begin(), residuals.end());
        restore_photograph(shape, std::span(memory).subspan(shape.row));
        INFO(channels << " channels, " << rows << " rows of " << pixels);
        CHECK(std::equal(values.begin(), values.end(), memory.begin() + static_cast<std::ptrdiff_t>(shape.row)));
      }
}

TEST_CASE("photographs: a slope leaves nothing, as do channels that run alike") {
  Bytes values;
  for (unsigned row = 0; row < 20; ++row)
    for (unsigned column = 0; column < 30; ++column)
      for (const unsigned tint : {0u, 40u, 90u})
        values.push_back(static_cast<std::uint8_t>(row * 2 + column * (column % 2) + tint));
  const Bytes residuals = photograph_residuals({90, 3}, values);
  for (std::size_t i = 90; i < residuals.size(); ++i)
    if (i % 3 != 0 && i % 90 >= 3) CHECK(residuals[i] == 0);
}
