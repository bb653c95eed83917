#include "libcore/training/sum_order.h"

#include <algorithm>
#include <utility>

namespace daybreak::training {
namespace {

/// Elements that are summed at a time: what all rows have of them stays in the nearest cache.
constexpr std::size_t kBlock = 1024;

/// z may be x or y, and lies beside neither.
void add(const float* x, const float* y, float* z, std::size_t count) {
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) z[i] = x[i] + y[i];
}

}  // namespace

std::size_t append(std::vector<TreeNode>& nodes, TreeNode next) {
  std::size_t joined = 0;
  for (; !nodes.empty() && nodes.back().is_before(next); ++joined) {
    next = {nodes.back().first, next.level + 1};
    nodes.pop_back();
  }
  nodes.push_back(next);
  return joined;
}

std::vector<TreeNode> nodes_of(Range leaves) {
  std::vector<TreeNode> nodes;
  for (std::int64_t leaf = leaves.begin; leaf < leaves.end; ++leaf) append(nodes, {leaf, 0});
  return nodes;
}

SumOrder::SumOrder(std::vector<std::size_t> additions) : additions_(std::move(additions)) {
  std::size_t sums = 0;
  for (const std::size_t adds : additions_) {
    depth_ = std::max(depth_, ++sums);
    sums -= adds;
  }
}

SumOrder SumOrder::in_turn(std::size_t rows) {
  std::vector<std::size_t> additions(rows, 1);
  additions.front() = 0;
  return SumOrder(std::move(additions));
}

SumOrder SumOrder::of_nodes(std::span<const TreeNode> rows) {
  std::vector<std::size_t> additions;
  std::vector<TreeNode> nodes;
  for (const TreeNode& row : rows) additions.push_back(append(nodes, row));
  additions.back() += nodes.size() - 1;
  return SumOrder(std::move(additions));
}

void SumOrder::sum(std::span<const float* const> rows, std::span<float> out) const {
  std::vector<float> room(depth_ * kBlock);
  std::vector<const float*> sums(depth_);
  for (std::size_t first = 0; first < out.size(); first += kBlock) {
    const std::size_t count = std::min(kBlock, out.size() - first);
    std::size_t top = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      sums[top++] = rows[row] + first;
      for (std::size_t adds = additions_[row]; adds > 0; --adds, --top) {
        float* const place = room.data() + (top - 2) * kBlock;
        add(sums[top - 2], sums[top - 1], place, count);
        sums[top - 2] = place;
      }
    }
    if (sums[0] != out.data() + first) std::copy_n(sums[0], count, out.data() + first);
  }
}

}  // namespace daybreak::training
