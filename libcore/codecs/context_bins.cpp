#include "libcore/codecs/context_bins.h"

#include <algorithm>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/context_tables.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kLevels = 64;

/// The context of every place, which repeats after the period.
std::vector<std::uint16_t> by_column(std::size_t count, std::size_t period) {
  std::vector<std::uint16_t> contexts(count);
  for (std::size_t start = 0; start < count; start += period)
    for (std::size_t i = start; i < std::min(start + period, count); ++i)
      contexts[i] = static_cast<std::uint16_t>(i - start);
  return contexts;
}

std::vector<std::uint16_t> by_block(std::size_t count, std::size_t block, ByteSpan levels) {
  std::vector<std::uint16_t> contexts(count);
  for (std::size_t start = 0; start < count; start += block)
    std::fill_n(contexts.begin() + static_cast<std::ptrdiff_t>(start), std::min(block, count - start),
                levels[start / block]);
  return contexts;
}

std::size_t blocks_of(std::size_t count, std::size_t block) {
  return (count + block - 1) / block;
}

/// The means of the blocks, cut into kLevels classes of equal counts.
template <class Word>
Bytes block_levels(std::span<const Word> values, std::size_t block) {
  std::vector<std::uint64_t> means;
  for (std::size_t start = 0; start < values.size(); start += block) {
    const auto part = values.subspan(start, std::min(block, values.size() - start));
    std::uint64_t sum = 0;
    for (const Word value : part)
      sum += value / part.size();  // rounded down: the sum of 64-bit words must not overflow
    if (sizeof(Word) < 8) {
      sum = 0;
      for (const Word value : part) sum += value;
      sum /= part.size();
    }
    means.push_back(sum);
  }
  std::vector<std::uint64_t> sorted = means;
  std::sort(sorted.begin(), sorted.end());
  Bytes levels;
  for (const std::uint64_t mean : means) {
    const auto rank = static_cast<std::size_t>(std::lower_bound(sorted.begin(), sorted.end(), mean) - sorted.begin());
    levels.push_back(static_cast<std::uint8_t>(rank * kLevels / sorted.size()));
  }
  return levels;
}

template <class Word>
Bytes write_with_blocks(std::span<const Word> values, std::size_t block) {
  ByteWriter out;
  out.varint(block);
  const Bytes levels = block_levels(values, block);
  write_symbols(levels, out);
  write_numbers(values, out, {by_block(values.size(), block, levels), kLevels});
  return out.take();
}

}  // namespace

template <class Word>
bool write_column_bins(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out) {
  if (shape.row < 2 || shape.row > kMostContexts) return false;
  out.varint(shape.row);
  write_numbers(values, out, {by_column(values.size(), shape.row), shape.row});
  return true;
}

template <class Word>
bool read_column_bins(ByteReader& in, std::span<Word> values) {
  const auto period = static_cast<std::size_t>(in.varint(kMostContexts));
  if (period < 1) return false;
  const auto fill = [period](ByteSpan table_of, std::span<std::uint8_t> tables) {
    const std::size_t first = std::min(period, tables.size());
    std::copy_n(table_of.begin(), first, tables.begin());
    for (std::size_t done = first; done < tables.size();) {  // whole periods, twice as many each time
      const std::size_t more = std::min(done, tables.size() - done);
      std::copy_n(tables.begin(), more, tables.begin() + static_cast<std::ptrdiff_t>(done));
      done += more;
    }
  };
  return read_numbers(in, values, {period, fill});
}

template <class Word>
bool write_block_bins(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out) {
  constexpr std::size_t kFewest = 1024, kTiny = 16, kSmall = 64, kLarge = 512;
  if (values.size() < kFewest) return false;
  Bytes best;
  for (const std::size_t block : {shape.row, kTiny, kSmall, kLarge}) {
    if (block < kTiny || block > values.size() / 16) continue;
    // Tiny ones pay where scales change often, as in small tensors.
    if (block == kTiny && values.size() > kShortStream) continue;
    Bytes coded = write_with_blocks(values, block);
    if (best.empty() || coded.size() < best.size()) best.swap(coded);
  }
  out.bytes(best);
  return !best.empty();
}

template <class Word>
bool read_block_bins(ByteReader& in, std::span<Word> values) {
  const auto block = static_cast<std::size_t>(in.varint(std::max<std::size_t>(1, values.size())));
  if (block == 0) return false;
  Bytes levels(blocks_of(values.size(), block));
  if (!read_symbols(in, levels)) return false;
  if (std::any_of(levels.begin(), levels.end(), [](std::uint8_t level) { return level >= kLevels; })) return false;
  const auto fill = [&](ByteSpan table_of, std::span<std::uint8_t> tables) {
    for (std::size_t start = 0; start < tables.size(); start += block)
      std::fill_n(tables.begin() + static_cast<std::ptrdiff_t>(start), std::min(block, tables.size() - start),
                  table_of[levels[start / block]]);
  };
  return read_numbers(in, values, {kLevels, fill});
}

#define DAYBREAK_INSTANTIATE(Word)                                                        \
  template bool write_column_bins(const ArrayShape&, std::span<const Word>, ByteWriter&); \
  template bool read_column_bins(ByteReader&, std::span<Word>);                           \
  template bool write_block_bins(const ArrayShape&, std::span<const Word>, ByteWriter&);  \
  template bool read_block_bins(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
