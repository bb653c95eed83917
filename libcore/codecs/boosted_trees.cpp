#include "libcore/codecs/boosted_trees.h"

#include <algorithm>

#include "libcore/codecs/feature_counts.h"

namespace daybreak::codecs {
namespace {

constexpr int kLeafUnits = (1 << kFeatureShift) / 128;  // of a leaf in the unit of features
constexpr std::size_t kMostTrees = 256, kMostThresholds = 256;
constexpr std::uint8_t kLeafBelow = 64, kLeafAbove = 128;
static_assert(kFeatures <= kLeafBelow);

std::int32_t leaf_of(const Tree& tree, const Features& features) {
  std::size_t at = 0;
  while (tree[at].feature != TreeNode::kLeaf)
    at = features.values[tree[at].feature] > tree[at].value ? tree[at].above : at + 1;
  return tree[at].value;
}

bool is_leaf(const TreeNode& node) {
  return node.feature == TreeNode::kLeaf;
}

void write_subtree(const Tree& tree, std::size_t at, const Thresholds& thresholds, ByteWriter& out) {
  const TreeNode& node = tree[at];
  if (is_leaf(node)) {
    out.byte(static_cast<std::uint8_t>(node.value));
    return;
  }
  const std::vector<std::int16_t>& steps = thresholds[node.feature];
  out.byte(static_cast<std::uint8_t>(node.feature | (is_leaf(tree[at + 1]) ? kLeafBelow : 0) |
                                     (is_leaf(tree[node.above]) ? kLeafAbove : 0)));
  out.byte(static_cast<std::uint8_t>(std::lower_bound(steps.begin(), steps.end(), node.value) - steps.begin()));
  write_subtree(tree, at + 1, thresholds, out);
  write_subtree(tree, node.above, thresholds, out);
}

/// Appends what stands next.
bool read_subtree(ByteReader& in, const Thresholds& thresholds, bool leaf, unsigned depth, Tree& tree) {
  const std::uint8_t first = in.byte();
  if (leaf) {
    tree.push_back({TreeNode::kLeaf, 0, static_cast<std::int8_t>(first)});
    return in.ok();
  }
  const std::uint8_t feature = first % kLeafBelow, place = in.byte();
  if (depth == 0 || feature >= kFeatures || place >= thresholds[feature].size()) return false;
  const std::size_t node = tree.size();
  tree.push_back({feature, 0, thresholds[feature][place]});
  if (!read_subtree(in, thresholds, (first & kLeafBelow) != 0, depth - 1, tree)) return false;
  tree[node].above = static_cast<std::uint8_t>(tree.size());
  return read_subtree(in, thresholds, (first & kLeafAbove) != 0, depth - 1, tree);
}

}  // namespace

std::int32_t foretell(const BoostedTrees& trees, const Features& features) {
  std::int32_t sum = trees.offset;
  if (trees.base != BoostedTrees::kNoBase)
    sum += log_feature(static_cast<std::uint64_t>(std::max<std::int16_t>(0, features.values[trees.base])));
  for (const Tree& tree : trees.trees) sum += kLeafUnits * leaf_of(tree, features);
  return sum;
}

void collect_thresholds(const BoostedTrees& trees, Thresholds& thresholds) {
  for (const Tree& tree : trees.trees)
    for (const TreeNode& node : tree) {
      if (is_leaf(node)) continue;
      std::vector<std::int16_t>& steps = thresholds[node.feature];
      const auto at = std::lower_bound(steps.begin(), steps.end(), node.value);
      if (at == steps.end() || *at != node.value) steps.insert(at, node.value);
    }
}

void write_thresholds(const Thresholds& thresholds, ByteWriter& out) {
  for (const std::vector<std::int16_t>& steps : thresholds) {
    out.varint(steps.size());
    for (const std::int16_t step : steps) out.fixed(static_cast<std::uint16_t>(step));
  }
}

bool read_thresholds(ByteReader& in, Thresholds& thresholds) {
  for (std::vector<std::int16_t>& steps : thresholds) {
    steps.resize(static_cast<std::size_t>(in.varint(kMostThresholds)));
    for (std::int16_t& step : steps) step = static_cast<std::int16_t>(in.fixed<std::uint16_t>());
  }
  return in.ok();
}

void write_trees(const BoostedTrees& trees, const Thresholds& thresholds, ByteWriter& out) {
  out.byte(trees.base);
  out.fixed(static_cast<std::uint16_t>(trees.offset));
  out.varint(trees.trees.size());
  for (const Tree& tree : trees.trees) write_subtree(tree, 0, thresholds, out);
}

bool read_trees(ByteReader& in, const Thresholds& thresholds, BoostedTrees& trees) {
  trees.base = in.byte();
  trees.offset = static_cast<std::int16_t>(in.fixed<std::uint16_t>());
  if (trees.base != BoostedTrees::kNoBase && trees.base >= kFeatures) return false;
  trees.trees.assign(static_cast<std::size_t>(in.varint(kMostTrees)), {});
  for (Tree& tree : trees.trees)
    if (!read_subtree(in, thresholds, false, kMostDepth, tree)) return false;
  return in.ok();
}

}  // namespace daybreak::codecs
