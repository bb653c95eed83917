#include "libcore/codecs/boosted_trees.h"

#include "libcore/codecs/feature_counts.h"

namespace daybreak::codecs {
namespace {

constexpr unsigned kLeafShift = 12 - kFeatureShift;  // from the unit of leaves to that of features
constexpr std::size_t kMostTrees = 256;

std::int32_t leaf_of(const Tree& tree, const Features& features) {
  std::size_t at = 0;
  while (tree[at].feature != TreeNode::kLeaf)
    at = features.values[tree[at].feature] > tree[at].value ? tree[at].above : at + 1;
  return tree[at].value;
}

bool read_tree(ByteReader& in, Tree& tree) {
  const std::size_t nodes = in.byte();
  if (nodes == 0 || nodes > kMostTreeNodes) return false;
  tree.resize(nodes);
  for (std::size_t i = 0; i < nodes; ++i) {
    TreeNode& node = tree[i];
    node.feature = in.byte();
    const bool leaf = node.feature == TreeNode::kLeaf;
    if (!leaf) node.above = in.byte();
    node.value = static_cast<std::int16_t>(in.fixed<std::uint16_t>());
    // Every way leads forward, and to a leaf.
    if (!leaf && (node.feature >= kFeatures || node.above <= i + 1 || node.above >= nodes)) return false;
  }
  return in.ok() && tree.back().feature == TreeNode::kLeaf;
}

}  // namespace

std::int32_t foretell(const BoostedTrees& trees, const Features& features) {
  std::int32_t sum = 0;
  for (const Tree& tree : trees.trees) sum += leaf_of(tree, features);
  const std::int32_t base =
      trees.base == BoostedTrees::kNoBase ? 0 : log_feature(static_cast<std::uint64_t>(std::max<std::int16_t>(0, features.values[trees.base])));
  return base + trees.offset + (sum >> kLeafShift);
}

void write_trees(const BoostedTrees& trees, ByteWriter& out) {
  out.byte(trees.base);
  out.fixed(static_cast<std::uint16_t>(trees.offset));
  out.varint(trees.trees.size());
  for (const Tree& tree : trees.trees) {
    out.byte(static_cast<std::uint8_t>(tree.size()));
    for (const TreeNode& node : tree) {
      out.byte(node.feature);
      if (node.feature != TreeNode::kLeaf) out.byte(node.above);
      out.fixed(static_cast<std::uint16_t>(node.value));
    }
  }
}

bool read_trees(ByteReader& in, BoostedTrees& trees) {
  trees.base = in.byte();
  trees.offset = static_cast<std::int16_t>(in.fixed<std::uint16_t>());
  if (trees.base != BoostedTrees::kNoBase && trees.base >= kFeatures) return false;
  trees.trees.resize(static_cast<std::size_t>(in.varint(kMostTrees)));
  for (Tree& tree : trees.trees)
    if (!read_tree(in, tree)) return false;
  return in.ok();
}

}  // namespace daybreak::codecs
