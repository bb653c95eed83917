#pragma once
// Contexts that are learned from the symbols: a tree of questions about the bytes around a symbol, its features. A
// leaf is a context. (As in FLIF and JPEG XL, but with few bounds, so that a table holds the answers to all questions.)
//
// A question is whether a feature is at least a bound. There are at most 7 bounds of a feature, which give its level, 0
// to 7; an index is the levels of all features, each in as many bits as it needs, the first feature's highest.
//
// Bytes: for each feature the number of its bounds (1 byte) and these, above 0 and rising (1 byte each); the leaves - 1
// (1 byte); the tree from its root on, the lower branch of a question before the upper one, as a symbol stream
// (symbols.h): 0 is a leaf, 1 + 8 * feature + k asks for the feature's bound k.
#include <array>
#include <bit>
#include <span>
#include <vector>

#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/labels.h"

namespace daybreak::codecs {

constexpr std::size_t kMostBounds = 7, kMostLeaves = 256, kMostFeatures = 6;

class ContextTree {
 public:
  /// The tree that makes the symbols cheapest, as far as greed finds it. Each feature has a byte for every symbol.
  static ContextTree grow(std::span<const Bytes> features, ByteSpan symbols);
  void write(ByteWriter& out) const;
  /// False where the bytes are no tree over so many features.
  bool read(ByteReader& in, std::size_t features);

  std::size_t leaves() const { return nodes_.size() / 2 + 1; }
  std::size_t indices() const { return std::size_t{1} << shift_below(0); }
  /// Bits of a feature's level in an index, and the bits of those below it.
  unsigned level_bits(std::size_t feature) const { return static_cast<unsigned>(std::bit_width(bounds_[feature].size())); }
  unsigned shift(std::size_t feature) const { return shift_below(feature + 1); }
  ByteSpan bounds(std::size_t feature) const { return bounds_[feature]; }
  /// The level of every byte as that feature.
  Labels levels(std::size_t feature) const;
  /// For every index what its leaf has.
  void spread(ByteSpan of_leaf, std::span<std::uint8_t> of_index) const;

 private:
  unsigned shift_below(std::size_t feature) const {
    unsigned bits = 0;
    for (; feature < bounds_.size(); ++feature) bits += level_bits(feature);
    return bits;
  }
  std::vector<Bytes> bounds_;
  Bytes nodes_;  // as in the bytes
};

}  // namespace daybreak::codecs
