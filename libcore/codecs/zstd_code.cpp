#include "libcore/codecs/zstd_code.h"

#include <zstd.h>

#include <algorithm>
#include <bit>

#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {
namespace {

enum class Layout : std::uint8_t { whole, planes, lengths };

constexpr int kLevel = 19, kQuickLevel = 3;
constexpr std::uint32_t kTwoBytes = 208, kThreeBytes = 248;  // the first bytes of longer codes
constexpr std::uint32_t kTwoByteValues = (kThreeBytes - kTwoBytes) << 8, kThreeByteValues = (256 - kThreeBytes) << 16;
constexpr std::size_t kMostLength = 3;

template <class Word>
Bytes lay_whole(std::span<const Word> values, std::size_t width) {
  Bytes bytes(values.size() * width);
  std::uint8_t* to = bytes.data();
  for (const Word value : values)
    for (std::size_t b = 0; b < width; ++b) *to++ = static_cast<std::uint8_t>(value >> (8 * b));
  return bytes;
}

template <class Word>
Bytes lay_planes(std::span<const Word> values, std::size_t width) {
  Bytes bytes(values.size() * width);
  std::uint8_t* to = bytes.data();
  for (std::size_t b = width; b-- > 0;)
    for (const Word value : values) *to++ = static_cast<std::uint8_t>(value >> (8 * b));
  return bytes;
}

template <class Word>
Bytes lay_lengths(std::span<const Word> values) {
  ByteWriter out;
  for (Word value : values) {
    if (value < kTwoBytes) {
      out.byte(static_cast<std::uint8_t>(value));
    } else if ((value -= kTwoBytes) < kTwoByteValues) {
      out.byte(static_cast<std::uint8_t>(kTwoBytes + (value >> 8)));
      out.byte(static_cast<std::uint8_t>(value));
    } else {
      value -= kTwoByteValues;
      out.byte(static_cast<std::uint8_t>(kThreeBytes + (value >> 16)));
      out.byte(static_cast<std::uint8_t>(value >> 8));
      out.byte(static_cast<std::uint8_t>(value));
    }
  }
  return out.take();
}

template <class Word>
void take_whole(ByteSpan bytes, std::size_t width, std::span<Word> values) {
  const std::uint8_t* from = bytes.data();
  for (Word& value : values) {
    value = 0;
    for (std::size_t b = 0; b < width; ++b) value |= static_cast<Word>(Word{*from++} << (8 * b));
  }
}

template <class Word>
void take_planes(ByteSpan bytes, std::size_t width, std::span<Word> values) {
  std::fill(values.begin(), values.end(), Word{0});
  const std::uint8_t* from = bytes.data();
  for (std::size_t b = width; b-- > 0; from += values.size())
    for (std::size_t i = 0; i < values.size(); ++i) values[i] |= static_cast<Word>(Word{from[i]} << (8 * b));
}

/// `padded` ends with kMostLength bytes that belong to none.
template <class Word>
bool take_lengths(ByteSpan padded, std::span<Word> values) {
  const std::size_t end = padded.size() - kMostLength;
  std::size_t at = 0;
  for (Word& value : values) {
    if (at >= end) return false;
    const std::uint32_t first = padded[at], second = padded[at + 1];
    if (first < kTwoBytes) {
      value = first;
      ++at;
    } else if (first < kThreeBytes) {
      value = kTwoBytes + ((first - kTwoBytes) << 8 | second);
      at += 2;
    } else {
      value = kTwoBytes + kTwoByteValues + ((first - kThreeBytes) << 16 | second << 8 | padded[at + 2]);
      at += 3;
    }
  }
  return at == end;
}

struct Laid {
  Layout layout = Layout::whole;
  std::size_t width = 0;  // kMostLength for lengths
  Bytes bytes;
};

/// The bytes by zstd at that level; none where it fails.
Bytes pack(const Bytes& bytes, int level) {
  Bytes packed(ZSTD_compressBound(bytes.size()));
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), level);
  packed.resize(ZSTD_isError(size) ? 0 : size);
  return packed;
}

/// The layout that a quick level makes the least of; the first of those that tie.
template <class Word>
Laid choose_layout(std::span<const Word> values, Word largest) {
  const std::size_t width = (static_cast<std::size_t>(std::bit_width(largest)) + 7) / 8;
  Laid best{Layout::whole, width, lay_whole(values, width)};
  if (width < 2) return best;
  std::size_t least = pack(best.bytes, kQuickLevel).size();
  const auto consider = [&](Laid other) {
    const std::size_t size = pack(other.bytes, kQuickLevel).size();
    if (size > 0 && size < least) least = size, best = std::move(other);
  };
  consider({Layout::planes, width, lay_planes(values, width)});
  if (largest < kTwoBytes + kTwoByteValues + kThreeByteValues)
    consider({Layout::lengths, kMostLength, lay_lengths(values)});
  return best;
}

}  // namespace

template <class Word>
bool write_zstd(std::span<const Word> values, ByteWriter& out) {
  const Word largest = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  const Laid laid = choose_layout(values, largest);
  const Bytes packed = pack(laid.bytes, kLevel);
  if (packed.empty()) return false;
  out.byte(static_cast<std::uint8_t>(laid.layout));
  out.byte(static_cast<std::uint8_t>(laid.width));
  out.varint(laid.bytes.size());
  out.bytes(packed);
  return true;
}

template <class Word>
bool read_zstd(ByteReader& in, std::span<Word> values) {
  const std::uint8_t layout = in.byte();
  const std::size_t width = in.byte();
  if (width > sizeof(Word) || layout > 2 || (layout == 2 && width != kMostLength)) return false;
  const auto size = static_cast<std::size_t>(in.varint(width * values.size()));
  const ByteSpan packed = in.bytes(in.left());
  if (layout < 2 && size != width * values.size()) return false;
  // The library may also know formats older than the standard; none of them is ours.
  if (packed.size() < 4 || load_little<std::uint32_t>(packed.data()) != ZSTD_MAGICNUMBER) return false;
  Scratch<std::uint8_t> bytes(size + kMostLength);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(size), kMostLength, std::uint8_t{0});
  if (ZSTD_decompress(bytes.data(), size, packed.data(), packed.size()) != size) return false;
  if (layout == 2) return take_lengths<Word>(bytes, values);
  if (layout == 1)
    take_planes<Word>(bytes, width, values);
  else
    take_whole<Word>(bytes, width, values);
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                              \
  template bool write_zstd(std::span<const Word>, ByteWriter&); \
  template bool read_zstd(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
