#include "libcore/codecs/bins.h"

#include <algorithm>
#include <array>
#include <bit>

#include "libcore/codecs/bit_stream.h"
#include "libcore/codecs/offset_reader.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {
namespace {

/// Of every byte as a symbol; beyond the bins stands the last.
template <class Word>
std::array<Word, 256> lower_bounds(const Bins<Word>& bins) {
  std::array<Word, 256> lowers;
  for (std::size_t i = 0; i < lowers.size(); ++i) lowers[i] = bins[std::min(i, bins.size() - 1)].lower;
  return lowers;
}

template <class Word>
bool has_offsets(const Bins<Word>& bins) {
  return std::any_of(bins.begin(), bins.end(), [](const Bin<Word>& bin) { return bin.width > 0; });
}

constexpr std::uint32_t kMostOnes = 8;
constexpr unsigned kFarBits = 7;  // of how much more the difference of two widths, of at most 65 bits, can be

/// A number near a foretold one: their difference, zigzag, as so many ones and a zero; a large one as kMostOnes ones
/// and what is above them.
void put_near(unsigned number, unsigned foretold, BitWriter& out) {
  const auto far = zigzag<std::uint32_t>(number - foretold);
  for (std::uint32_t ones = 0; ones < std::min(far, kMostOnes); ++ones) out.put(1, 1);
  if (far < kMostOnes)
    out.put(0, 1);
  else
    out.put(far - kMostOnes, kFarBits);
}

unsigned get_near(unsigned foretold, BitReader& in) {
  std::uint32_t far = 0;
  while (far < kMostOnes && in.get(1) == 1) ++far;
  if (far == kMostOnes) far += static_cast<std::uint32_t>(in.get(kFarBits));
  return foretold + unzigzag(far);
}

template <class Word>
void write_bins(const Bins<Word>& bins, ByteWriter& out) {
  out.byte(static_cast<std::uint8_t>(bins.size() - 1));
  BitWriter bits;
  Bin<Word> before{0, 0};
  for (const Bin<Word>& bin : bins) {
    const auto further = static_cast<Word>(bin.lower - before.lower);
    const auto width = static_cast<unsigned>(std::bit_width(further));
    put_near(width, before.width + 1u, bits);
    if (width > 1) bits.put(further - (Word{1} << (width - 1)), width - 1);
    put_near(bin.width, before.width, bits);
    before = bin;
  }
  out.block(bits.finish_bare());
}

template <class Word>
bool read_bins(ByteReader& in, Bins<Word>& bins) {
  constexpr unsigned kWidth = 8 * sizeof(Word);
  bins.resize(in.byte() + std::size_t{1});
  const Bytes bytes = padded(in.block());
  BitReader bits(bytes);
  Bin<Word> before{0, 0};
  for (Bin<Word>& bin : bins) {
    const unsigned width = get_near(before.width + 1u, bits);
    if (width > kWidth) return false;
    Word further = static_cast<Word>(width);  // 0 or 1
    if (width > 1) further = static_cast<Word>(Word{1} << (width - 1) | bits.get_wide(width - 1));
    bin.lower = static_cast<Word>(before.lower + further);
    const unsigned offset = get_near(before.width, bits);
    if (offset > kWidth || bin.lower < before.lower) return false;
    bin.width = static_cast<std::uint8_t>(offset);
    before = bin;
  }
  return in.ok() && bits.finished();
}

template <class Word>
BitWriter offset_bits(std::span<const Word> values, ByteSpan symbols, const Bins<Word>& bins) {
  BitWriter bits;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Bin<Word>& bin = bins[symbols[i]];
    bits.put(static_cast<Word>(values[i] - bin.lower), bin.width);
  }
  return bits;
}

template <class Word>
bool read_offset_block(ByteSpan block, ByteSpan symbols, const Bins<Word>& bins, std::span<Word> values) {
  if (has_offsets(bins)) {
    OffsetReader<Word> offsets(bins, block);
    return offsets.usable() && (offsets.get(symbols, values), offsets.finished());
  }
  const std::array<Word, 256> lowers = lower_bounds(bins);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = lowers[symbols[i]];
  return true;
}

template <class Word>
Bytes write_with(const Bins<Word>& bins, std::span<const Word> values, SideContexts contexts) {
  ByteWriter out;
  write_bins(bins, out);
  const Bytes symbols = find_bins(values, bins);
  write_symbols(symbols, contexts, out);
  if (has_offsets(bins)) {
    BitWriter bits = offset_bits(values, symbols, bins);
    out.block(values.size() <= kShortStream ? bits.finish_bare() : bits.finish());
  }
  return out.take();
}

}  // namespace

template <class Word>
Words<Word> sorted_copy(std::span<const Word> values) {
  Words<Word> sorted(values.begin(), values.end()), other(values.size());
  constexpr unsigned kDigits = sizeof(Word);
  std::array<std::array<std::size_t, 256>, kDigits> counts{};
  for (const Word value : values)
    for (unsigned d = 0; d < kDigits; ++d) ++counts[d][value >> (8 * d) & 0xFF];
  for (unsigned d = 0; d < kDigits; ++d) {
    if (std::find(counts[d].begin(), counts[d].end(), values.size()) != counts[d].end())
      continue;  // all the same digit
    std::size_t start = 0;
    for (std::size_t& count : counts[d]) start += std::exchange(count, start);
    for (const Word value : sorted) other[counts[d][value >> (8 * d) & 0xFF]++] = value;
    sorted.swap(other);
  }
  return sorted;
}

template <class Word>
Bytes find_bins(std::span<const Word> values, const Bins<Word>& bins) {
  const std::array<Word, 256> lowers = lower_bounds(bins);
  Bytes symbols(values.size());
  const auto last = static_cast<std::uint8_t>(bins.size() - 1);
  for (std::size_t i = 0; i < values.size(); ++i) {
    unsigned at = 0;
    for (unsigned step = 128; step > 0; step /= 2) at += lowers[at + step] <= values[i] ? step : 0;
    symbols[i] = std::min(static_cast<std::uint8_t>(at), last);
  }
  return symbols;
}

template <class Word>
void write_offsets(std::span<const Word> values, ByteSpan symbols, const Bins<Word>& bins, ByteWriter& out) {
  if (has_offsets(bins)) out.block(offset_bits(values, symbols, bins).finish());
}

template <class Word>
bool read_offsets(ByteReader& in, ByteSpan symbols, const Bins<Word>& bins, std::span<Word> values) {
  return read_offset_block(has_offsets(bins) ? in.block() : ByteSpan{}, symbols, bins, values);
}

template <class Word>
void write_numbers(std::span<const Word> values, ByteWriter& out, SideContexts contexts) {
  if (values.empty()) return;
  const Words<Word> sorted = sorted_copy(values);
  Bytes best = write_with(density_bins<Word>(sorted), values, contexts);
  if (contexts.count > 1) {
    Bytes even = write_with(even_bins<Word>(sorted), values, contexts);
    if (even.size() < best.size()) best.swap(even);
  }
  out.bytes(best);
}

template <class Word>
bool read_numbers(ByteReader& in, std::span<Word> values, const ContextSource& contexts) {
  if (values.empty()) return true;
  Bins<Word> bins;
  Scratch<std::uint8_t> symbols(values.size());
  if (!read_bins(in, bins) || !read_symbols(in, contexts, symbols)) return false;
  if (values.size() > kShortStream || !has_offsets(bins)) return read_offsets(in, symbols, bins, values);
  const Bytes block = padded(in.block());
  return in.ok() && read_offset_block<Word>(block, symbols, bins, values);
}

#define DAYBREAK_INSTANTIATE(Word)                                                              \
  template Words<Word> sorted_copy(std::span<const Word>);                                      \
  template Bytes find_bins(std::span<const Word>, const Bins<Word>&);                           \
  template void write_offsets(std::span<const Word>, ByteSpan, const Bins<Word>&, ByteWriter&); \
  template bool read_offsets(ByteReader&, ByteSpan, const Bins<Word>&, std::span<Word>);        \
  template void write_numbers(std::span<const Word>, ByteWriter&, SideContexts);                \
  template bool read_numbers(ByteReader&, std::span<Word>, const ContextSource&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
