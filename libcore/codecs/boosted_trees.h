#pragma once
// A number foretold from features: the logarithm of one of them, and the sum of many small trees that were fitted one to
// what the others before it left (gradient boosting, Friedman 2001). Integers alone: every processor foretells the same.
#include <array>
#include <cstdint>
#include <vector>

#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/features.h"

namespace daybreak::codecs {

/// The root is the first node.
struct TreeNode {
  static constexpr std::uint8_t kLeaf = 255;
  std::uint8_t feature = kLeaf;
  std::uint8_t above = 0;   // the node to go to where the feature is above `value`; else it is the next one
  std::int16_t value = 0;   // of a leaf, what it adds, in 1/128: -128 to 127
};
using Tree = std::vector<TreeNode>;  // not a leaf alone
constexpr unsigned kMostDepth = 4;   // levels of decisions

struct BoostedTrees {
  static constexpr std::uint8_t kNoBase = 255;
  std::uint8_t base = kNoBase;  // a feature whose logarithm is added
  std::int16_t offset = 0;      // in 1/256
  std::vector<Tree> trees;
};

/// In 1/256.
std::int32_t foretell(const BoostedTrees& trees, const Features& features);

/// What the decisions of a model compare each feature with, in rising order: at most 256 values. Decisions name one by
/// its place.
using Thresholds = std::array<std::vector<std::int16_t>, kFeatures>;
void collect_thresholds(const BoostedTrees& trees, Thresholds& thresholds);

/// Bytes: of each feature, the number of thresholds (varint), then each (2).
void write_thresholds(const Thresholds& thresholds, ByteWriter& out);
bool read_thresholds(ByteReader& in, Thresholds& thresholds);

/// Bytes: base, offset (2); the number of trees (varint); of each, its decisions: the feature (1; 64 is added where what
/// is not above the threshold meets a leaf, 128 where what is above does), the threshold's place (1), then what either
/// way leads to, where that is a leaf its value (1).
void write_trees(const BoostedTrees& trees, const Thresholds& thresholds, ByteWriter& out);
/// False where the bytes are none: then `trees` is unspecified.
bool read_trees(ByteReader& in, const Thresholds& thresholds, BoostedTrees& trees);

}  // namespace daybreak::codecs
