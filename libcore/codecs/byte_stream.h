#pragma once
// Bytes in order: what the steps write into, and the bounded reader of the same.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace daybreak::codecs {

using Bytes = std::vector<std::uint8_t>;
using ByteSpan = std::span<const std::uint8_t>;

/// Little-endian, whatever the processor.
template <class Word>
Word load_little(const std::uint8_t* from) {
  Word word = 0;
  if constexpr (std::endian::native == std::endian::little)
    std::memcpy(&word, from, sizeof word);
  else
    for (std::size_t i = 0; i < sizeof word; ++i)
      word = static_cast<Word>(word | static_cast<Word>(from[i]) << (8 * i));
  return word;
}

template <class Word>
void store_little(Word word, std::uint8_t* to) {
  if constexpr (std::endian::native == std::endian::little)
    std::memcpy(to, &word, sizeof word);
  else
    for (std::size_t i = 0; i < sizeof word; ++i) to[i] = static_cast<std::uint8_t>(word >> (8 * i));
}

class ByteWriter {
 public:
  void byte(std::uint8_t value) { bytes_.push_back(value); }
  void bytes(ByteSpan values) { bytes_.insert(bytes_.end(), values.begin(), values.end()); }
  template <class Word>
  void fixed(Word word) {
    std::uint8_t little[sizeof(Word)];
    store_little(word, little);
    bytes(little);
  }
  /// Seven bits a byte, the lowest first; the top bit says that more follow.
  void varint(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) byte(static_cast<std::uint8_t>(value | 0x80));
    byte(static_cast<std::uint8_t>(value));
  }
  /// A varint length, then the bytes.
  void block(ByteSpan values) {
    varint(values.size());
    bytes(values);
  }
  std::size_t size() const { return bytes_.size(); }
  ByteSpan span() const { return bytes_; }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

/// Reads what ByteWriter wrote. A read past the end fails the reader for good and gives zeros, so that a parser may
/// read a few fields and ask once.
class ByteReader {
 public:
  explicit ByteReader(ByteSpan bytes) : bytes_(bytes) {}

  std::uint8_t byte() {
    const ByteSpan one = bytes(1);
    return one.empty() ? 0 : one[0];
  }
  /// `count` bytes in place; none where there are fewer.
  ByteSpan bytes(std::uint64_t count) {
    if (count > bytes_.size()) return fail();
    const ByteSpan part = bytes_.first(static_cast<std::size_t>(count));
    bytes_ = bytes_.subspan(part.size());
    return part;
  }
  template <class Word>
  Word fixed() {
    const ByteSpan part = bytes(sizeof(Word));
    return part.empty() ? Word{0} : load_little<Word>(part.data());
  }
  /// At most `limit`, else the reader fails.
  std::uint64_t varint(std::uint64_t limit) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const std::uint8_t part = byte();
      const std::uint64_t bits = part & 0x7F;
      if (shift == 63 && bits > 1) break;
      value |= bits << shift;
      if (part < 0x80) {
        if (value <= limit) return value;
        break;
      }
    }
    fail();
    return 0;
  }
  ByteSpan block() { return bytes(varint(bytes_.size())); }
  std::size_t left() const { return bytes_.size(); }
  bool ok() const { return !failed_; }
  /// Nothing failed, and nothing is left over.
  bool finished() const { return ok() && bytes_.empty(); }

 private:
  ByteSpan fail() {
    failed_ = true;
    bytes_ = {};
    return {};
  }

  ByteSpan bytes_;
  bool failed_ = false;
};

}  // namespace daybreak::codecs
