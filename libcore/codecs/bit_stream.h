#pragma once
// Fields of 0 to 64 bits one after the other, the lowest bit first. The writer ends with eight zero bytes, so that the
// reader may load whole words.
#include <algorithm>

#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs {

constexpr std::size_t kBitPadding = 8;

class BitWriter {
 public:
  /// The lowest `width` bits of `value`; those above them are zero.
  void put(std::uint64_t value, unsigned width) {
    held_ |= value << held_bits_;
    if (held_bits_ + width >= 64) {
      append(8);
      held_ = held_bits_ == 0 ? 0 : value >> (64 - held_bits_);  // a shift by 64 is none
      held_bits_ += width - 64;
    } else {
      held_bits_ += width;
    }
  }
  Bytes finish() {
    Bytes bytes = finish_bare();
    bytes.resize(bytes.size() + kBitPadding);
    return bytes;
  }
  /// Without the zero bytes, which padded() adds: for short streams.
  Bytes finish_bare() {
    append((held_bits_ + 7) / 8);
    return std::move(bytes_);
  }

 private:
  void append(unsigned count) {
    for (unsigned i = 0; i < count; ++i) bytes_.push_back(static_cast<std::uint8_t>(held_ >> (8 * i)));
  }

  Bytes bytes_;
  std::uint64_t held_ = 0;
  unsigned held_bits_ = 0;
};

inline Bytes padded(ByteSpan bare) {
  Bytes bytes(bare.begin(), bare.end());
  bytes.resize(bytes.size() + kBitPadding);
  return bytes;
}

/// Reads never leave the bytes: past their end they give some value, and finished() is false.
class BitReader {
 public:
  /// Of fewer than eight bytes nothing can be read.
  explicit BitReader(ByteSpan bytes)
      : bytes_(bytes), last_(bytes.size() < kBitPadding ? 0 : bytes.size() - kBitPadding) {}

  bool usable() const { return bytes_.size() >= kBitPadding; }
  /// Up to 57 bits.
  std::uint64_t get(unsigned width) {
    const std::uint64_t field = word() >> (position_ & 7) & ((std::uint64_t{1} << width) - 1);
    position_ += width;
    return field;
  }
  /// Up to 64 bits.
  std::uint64_t get_wide(unsigned width) {
    if (width <= 57) return get(width);
    const std::uint64_t low = get(32);
    return low | get(width - 32) << 32;
  }
  /// Where the next field begins, and whence a kernel that reads fields at once goes on.
  ByteSpan bytes() const { return bytes_; }
  std::uint64_t position() const { return position_; }
  void skip_to(std::uint64_t position) { position_ = position; }
  /// All fields were read and no more.
  bool finished() const { return usable() && (position_ + 7) / 8 == last_; }

 private:
  std::uint64_t word() const {
    return load_little<std::uint64_t>(bytes_.data() + std::min<std::uint64_t>(position_ >> 3, last_));
  }

  ByteSpan bytes_;
  std::size_t last_;
  std::uint64_t position_ = 0;
};

}  // namespace daybreak::codecs
