#pragma once
// A number foretold from features: the logarithm of one of them, and the sum of many small trees that were fitted one to
// what the others before it left (gradient boosting, Friedman 2001). Integers alone: every processor foretells the same.
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
  std::int16_t value = 0;   // of a leaf, what it adds, in 1/4096
};
using Tree = std::vector<TreeNode>;
constexpr std::size_t kMostTreeNodes = 31;  // four levels of decisions

struct BoostedTrees {
  static constexpr std::uint8_t kNoBase = 255;
  std::uint8_t base = kNoBase;  // a feature whose logarithm is added
  std::int16_t offset = 0;      // in 1/256
  std::vector<Tree> trees;
};

/// In 1/256.
std::int32_t foretell(const BoostedTrees& trees, const Features& features);

/// Bytes: base, offset (2); the number of trees (varint); of each, the number of nodes (1 byte), and each node: feature
/// (1), then above (1) unless it is a leaf, then value (2).
void write_trees(const BoostedTrees& trees, ByteWriter& out);
/// False where the bytes are none: then `trees` is unspecified.
bool read_trees(ByteReader& in, BoostedTrees& trees);

}  // namespace daybreak::codecs
