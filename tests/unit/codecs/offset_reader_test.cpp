// The offsets of bins: every kernel reads what the plain loop reads, whatever the widths, and stops where the bytes
// end.
#include "libcore/codecs/offset_reader.h"

#include <random>

#include "tests/support/catch.hpp"

using namespace daybreak::codecs;

namespace {

/// Rising bins whose widths go up to `widest`, now and then.
Bins<std::uint32_t> bins_up_to(unsigned widest, std::mt19937& random) {
  Bins<std::uint32_t> bins;
  for (unsigned i = 0; i < 200; ++i) {
    const unsigned width = i % 50 == 7 ? widest : static_cast<unsigned>(random() % (widest / 2 + 1));
    bins.push_back({static_cast<std::uint32_t>(i * 20000000u + random() % 1000), static_cast<std::uint8_t>(width)});
  }
  return bins;
}

Bytes block_of(ByteSpan symbols, const Bins<std::uint32_t>& bins, std::mt19937& random,
               std::vector<std::uint32_t>& values) {
  BitWriter bits;
  for (const std::uint8_t symbol : symbols) {
    const unsigned width = bins[symbol].width;
    const auto offset = static_cast<std::uint32_t>(random() & ((std::uint64_t{1} << width) - 1));
    values.push_back(bins[symbol].lower + offset);
    bits.put(offset, width);
  }
  return bits.finish();
}

std::vector<const offsets::Kernel*> all_kernels() {
  std::vector<const offsets::Kernel*> kernels{nullptr};
  kernels.insert(kernels.end(), offsets::kernels().begin(), offsets::kernels().end());
  return kernels;
}

}  // namespace

TEST_CASE("all kernels read the offsets of bins, at every length around a vector") {
  std::mt19937 random(1);
  for (const unsigned widest : {0u, 1u, 8u, 24u, 25u, 26u, 31u, 32u})
    for (const std::size_t count : {0, 1, 8, 63, 64, 65, 127, 128, 200, 1000, 10007}) {
      const Bins<std::uint32_t> bins = bins_up_to(widest, random);
      Bytes symbols(count);
      for (std::uint8_t& symbol : symbols) symbol = static_cast<std::uint8_t>(random() % bins.size());
      std::vector<std::uint32_t> values;
      const Bytes block = block_of(symbols, bins, random, values);
      for (const offsets::Kernel* kernel : all_kernels()) {
        INFO((kernel ? kernel->name : "plain") << ", widths to " << widest << ", " << count);
        OffsetReader<std::uint32_t> reader(bins, block, kernel);
        std::vector<std::uint32_t> read(count);
        const std::size_t half = count / 3;  // in two goes, the second at any bit
        reader.get(ByteSpan(symbols).first(half), std::span(read).first(half));
        reader.get(ByteSpan(symbols).subspan(half), std::span(read).subspan(half));
        CHECK(reader.finished());
        CHECK(read == values);
      }
    }
}

TEST_CASE("offsets that are cut short are found out by all kernels") {
  std::mt19937 random(2);
  const Bins<std::uint32_t> bins = bins_up_to(32, random);
  Bytes symbols(2000);
  for (std::uint8_t& symbol : symbols) symbol = static_cast<std::uint8_t>(random() % bins.size());
  std::vector<std::uint32_t> values;
  const Bytes block = block_of(symbols, bins, random, values);
  for (std::size_t cut = kBitPadding; cut < block.size(); cut += 97) {
    const Bytes part(block.begin(), block.begin() + static_cast<std::ptrdiff_t>(cut));
    for (const offsets::Kernel* kernel : all_kernels()) {
      OffsetReader<std::uint32_t> reader(bins, part, kernel);
      std::vector<std::uint32_t> read(symbols.size());
      reader.get(symbols, read);
      CHECK_FALSE(reader.finished());
    }
  }
}
