// The entropy coder: every kernel decodes what the encoder wrote, near the entropy, and sees damage.
#include "libcore/codecs/rans.h"

#include <cmath>
#include <numeric>
#include <random>

#include "libcore/codecs/context_tables.h"
#include "libcore/codecs/cost.h"
#include "libcore/codecs/rans_lanes.h"
#include "libcore/codecs/symbols.h"
#include "tests/support/catch.hpp"

using namespace daybreak::codecs;

namespace {

using Counts = std::array<std::uint32_t, 256>;

Counts counts_of(ByteSpan symbols) {
  Counts counts{};
  for (const std::uint8_t symbol : symbols) ++counts[symbol];
  return counts;
}

/// Symbols of a geometric distribution.
Bytes geometric(std::size_t count, double p, unsigned seed) {
  std::mt19937 random(seed);
  std::geometric_distribution<int> distribution(p);
  Bytes symbols(count);
  for (auto& symbol : symbols) symbol = static_cast<std::uint8_t>(std::min(255, distribution(random)));
  return symbols;
}

std::vector<rans::DecodeEntry> entries_of(std::span<const rans::Frequencies> tables) {
  std::vector<rans::DecodeEntry> entries(tables.size() * rans::kScale);
  for (std::size_t t = 0; t < tables.size(); ++t)
    rans::fill_decode_table(tables[t], std::span(entries).subspan(t * rans::kScale, rans::kScale));
  return entries;
}

double entropy_bits(ByteSpan symbols) {
  double bits = 0;
  for (const std::uint32_t count : counts_of(symbols))
    if (count > 0) bits -= count * std::log2(static_cast<double>(count) / static_cast<double>(symbols.size()));
  return bits;
}

}  // namespace

TEST_CASE("frequencies sum to 4096, keep every symbol and survive their own bytes") {
  for (const auto& symbols : {geometric(100000, 0.2, 1), geometric(50, 0.01, 2), Bytes(7, 0), Bytes(7, 255),
                              geometric(100000, 0.9999, 3), geometric(1 << 20, 0.02, 4)}) {
    const Counts counts = counts_of(symbols);
    const rans::Frequencies table = rans::normalize(counts);
    CHECK(std::accumulate(table.begin(), table.end(), 0u) == rans::kScale);
    for (std::size_t s = 0; s < 256; ++s) {
      CHECK((counts[s] == 0 || table[s] > 0));
      CHECK(table[s] < rans::kScale);
    }
    ByteWriter out;
    rans::write_frequencies({&table, 1}, out);
    ByteReader in(out.span());
    rans::Frequencies read;
    REQUIRE(rans::read_frequencies(in, {&read, 1}));
    CHECK(in.finished());
    CHECK(read == table);
  }
}

TEST_CASE("all kernels decode the same symbols, at every length around a group") {
  for (std::size_t count : {1, 2, 31, 32, 33, 63, 64, 65, 95, 96, 1000, 4095, 100001}) {
    const Bytes symbols = geometric(count, 0.1, static_cast<unsigned>(count));
    const rans::Frequencies table = rans::normalize(counts_of(symbols));
    const Bytes coded = rans::encode(symbols, {}, {&table, 1});
    const auto entries = entries_of({&table, 1});
    for (const rans::LaneKernel* kernel : rans::kernels()) {
      INFO(kernel->name << ", " << count);
      Bytes out(count);
      CHECK(rans::decode(coded, {}, entries, out, *kernel));
      CHECK(out == symbols);
    }
  }
}

TEST_CASE("streams of few lanes give their symbols back, are shorter, and see damage") {
  for (std::size_t count : {0, 1, 3, 4, 5, 100, 16384}) {
    const Bytes symbols = geometric(count, 0.1, static_cast<unsigned>(count) + 1);
    const rans::Frequencies table = rans::normalize(counts_of(symbols));
    Bytes coded = rans::encode(symbols, {}, {&table, 1}, rans::kFewLanes);
    const auto entries = entries_of({&table, 1});
    Bytes out(count);
    CHECK(rans::decode_few(coded, {}, entries, out));
    CHECK(out == symbols);
    if (count >= 100) CHECK(coded.size() + 64 < rans::encode(symbols, {}, {&table, 1}).size());
    if (count == 0) continue;
    coded.pop_back();
    CHECK_FALSE(rans::decode_few(coded, {}, entries, out));
  }
}

TEST_CASE("tables of few counts are coarse and short, and cost little") {
  const Bytes symbols = geometric(2000, 0.05, 3);
  const Counts counts = counts_of(symbols);
  const rans::Frequencies table = rans::normalize(counts);
  ByteWriter out;
  rans::write_frequencies({&table, 1}, out);
  const auto used = static_cast<double>(std::count_if(counts.begin(), counts.end(), [](auto c) { return c > 0; }));
  CHECK(static_cast<double>(out.size()) < used);
  CHECK(static_cast<double>(rans::coded_cost(counts, table)) / 65536 < entropy_bits(symbols) * 1.01);
}

TEST_CASE("all kernels decode by contexts") {
  constexpr std::size_t kCount = 50021;
  std::mt19937 random(5);
  Bytes symbols(kCount), contexts(kCount);
  std::vector<Counts> counts(rans::kMostTables);
  for (std::size_t i = 0; i < kCount; ++i) {
    contexts[i] = static_cast<std::uint8_t>(random() % rans::kMostTables);
    symbols[i] = static_cast<std::uint8_t>(contexts[i] * 3 + random() % (1 + contexts[i]));
    ++counts[contexts[i]][symbols[i]];
  }
  std::vector<rans::Frequencies> tables;
  for (const Counts& one : counts) tables.push_back(rans::normalize(one));
  const Bytes coded = rans::encode(symbols, contexts, tables);
  const auto entries = entries_of(tables);
  for (const rans::LaneKernel* kernel : rans::kernels()) {
    INFO(kernel->name);
    Bytes out(kCount);
    CHECK(rans::decode(coded, contexts, entries, out, *kernel));
    CHECK(out == symbols);
  }
}

TEST_CASE("the coded size is the entropy, within half a percent and the states") {
  for (const double p : {0.5, 0.1, 0.03}) {
    const Bytes symbols = geometric(400000, p, 7);
    const rans::Frequencies table = rans::normalize(counts_of(symbols));
    const Bytes coded = rans::encode(symbols, {}, {&table, 1});
    CHECK(static_cast<double>(coded.size()) * 8 < entropy_bits(symbols) * 1.005 + 1100);
    CHECK(static_cast<double>(coded.size()) * 8 > entropy_bits(symbols) * 0.999);
  }
}

TEST_CASE("a damaged stream is seen, or decodes to other symbols, and never leaves its bounds") {
  const Bytes symbols = geometric(3000, 0.1, 9);
  const rans::Frequencies table = rans::normalize(counts_of(symbols));
  const Bytes coded = rans::encode(symbols, {}, {&table, 1});
  const auto entries = entries_of({&table, 1});
  for (const rans::LaneKernel* kernel : rans::kernels()) {
    for (std::size_t cut = 0; cut < coded.size(); cut += 7) {
      const Bytes part(coded.begin(), coded.begin() + static_cast<std::ptrdiff_t>(cut));
      Bytes out(symbols.size());
      CHECK_FALSE(rans::decode(part, {}, entries, out, *kernel));
    }
    for (std::size_t at = 0; at < coded.size(); at += 11) {
      Bytes bent = coded, out(symbols.size());
      bent[at] ^= 0x10;
      CHECK((!rans::decode(bent, {}, entries, out, *kernel) || out != symbols));
    }
  }
}

TEST_CASE("tables of frequencies that are none are refused") {
  ByteWriter good;
  const rans::Frequencies table = rans::normalize(counts_of(geometric(1000, 0.2, 1)));
  rans::write_frequencies({&table, 1}, good);
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    ByteReader in(good.span().first(cut));
    rans::Frequencies read;
    CHECK_FALSE(rans::read_frequencies(in, {&read, 1}));
  }
  Bytes bent(good.span().begin(), good.span().end());
  bent[2] ^= 0x0F;
  ByteReader in(bent);
  rans::Frequencies read;
  CHECK_FALSE(rans::read_frequencies(in, {&read, 1}));
}

TEST_CASE("the logarithm of costs is that of the mathematicians") {
  for (std::uint64_t x : {1ull, 2ull, 3ull, 1000ull, 4095ull, 4096ull, 1000003ull, 1ull << 40, ~0ull})
    CHECK(static_cast<double>(log2_cost(x)) / 65536 == Approx(std::log2(static_cast<double>(x))).margin(1.0 / 1400));
}

TEST_CASE("contexts that behave alike share a table, others do not") {
  std::vector<std::uint32_t> histograms(100 * 256);
  for (std::size_t context = 0; context < 100; ++context)
    for (std::size_t s = 0; s < 8; ++s) histograms[context * 256 + (context % 2 ? s : 100 + s)] = 1000;
  const ContextTables tables = cluster_contexts(histograms);
  CHECK(tables.tables.size() == 2);
  CHECK(tables.table_of[0] == tables.table_of[98]);
  CHECK(tables.table_of[1] == tables.table_of[99]);
  CHECK(tables.table_of[0] != tables.table_of[1]);
}

TEST_CASE("symbol streams take the form that is smallest") {
  const auto size_of = [](ByteSpan symbols) {
    ByteWriter out;
    write_symbols(symbols, out);
    ByteReader in(out.span());
    Bytes read(symbols.size());
    REQUIRE(read_symbols(in, read));
    CHECK(in.finished());
    CHECK(std::equal(read.begin(), read.end(), symbols.begin(), symbols.end()));
    return out.size();
  };
  std::mt19937 random(3);
  Bytes noise(10000), pairs(10000);
  for (auto& symbol : noise) symbol = static_cast<std::uint8_t>(random());
  for (auto& symbol : pairs) symbol = static_cast<std::uint8_t>(random() % 4);
  CHECK(size_of({}) == 2);
  CHECK(size_of(Bytes(5000, 77)) == 2);
  CHECK(size_of(noise) <= noise.size() + 5);
  CHECK(size_of(pairs) <= pairs.size() / 4 + 14);
  CHECK(size_of(geometric(100000, 0.5, 4)) < 26000);
}
