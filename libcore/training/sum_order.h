#pragma once
// The order in which gradients are added. Sums of float32 depend on it, so it is fixed.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/training/division.h"

namespace daybreak::training {

/// The sum of leaves [first, first + 2^level), first being a multiple of 2^level: a node of the binary tree over all leaves.
struct TreeNode {
  std::int64_t first = 0;
  int level = 0;
  /// True where the two are the halves of one node.
  bool is_before(const TreeNode& right) const {
    return level == right.level && first + (std::int64_t{1} << level) == right.first && ((first >> level) & 1) == 0;
  }
};

/// Adds the next node to those before it; where it is the other half of the last one, the two become one, and so on.
/// Returns how often.
std::size_t append(std::vector<TreeNode>& nodes, TreeNode next);

/// The largest nodes that make up these leaves, from left to right: at most 2 log2 of them.
std::vector<TreeNode> nodes_of(Range leaves);

/// How rows become their sum: which sums are added as soon as they are there. Immutable, for any thread.
class SumOrder {
 public:
  /// ((row 0 + row 1) + row 2) + ...
  static SumOrder in_turn(std::size_t rows);
  /// Of rows that are nodes which follow each other from leaf 0 on: two halves of a node become it. What is left at the end
  /// has no other half, and is added from the right to the left. So the sum of leaves is the same bits however they were
  /// divided into nodes.
  static SumOrder of_nodes(std::span<const TreeNode> rows);

  /// out = the sum of rows, out.size() elements each; as many rows as this is for, at least one. out may be one of them.
  void sum(std::span<const float* const> rows, std::span<float> out) const;

 private:
  explicit SumOrder(std::vector<std::size_t> additions);

  std::vector<std::size_t> additions_;  // how often, after each row, the two latest sums become one
  std::size_t depth_ = 0;               // most sums at a time
};

}  // namespace daybreak::training
