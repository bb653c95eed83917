// The order in which gradients are added.
#include "libcore/training/sum_order.h"

#include <cmath>

#include "libcore/training/gradient_rows.h"
#include "tests/support/catch.hpp"
#include "tests/unit/model/cases.h"

using namespace daybreak;
using namespace daybreak::training;

namespace {

/// Numbers of magnitudes so different that every order of sums rounds otherwise.
std::vector<float> leaf(std::int64_t number, std::size_t count = 3000) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = static_cast<float>(model::testing::uniform("leaf " + std::to_string(number), i) *
                                   std::ldexp(1.0, static_cast<int>((i + static_cast<std::size_t>(number) * 7) % 20)));
  return values;
}

std::vector<float> plus(const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> sum(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) sum[i] = a[i] + b[i];
  return sum;
}

/// The definition: the sum of leaves [first, first + 2^level) that there are, left half and right half.
std::vector<float> tree_sum(std::int64_t first, int level, std::int64_t leaves) {
  if (level == 0) return leaf(first);
  const std::int64_t middle = first + (std::int64_t{1} << (level - 1));
  const std::vector<float> left = tree_sum(first, level - 1, leaves);
  return middle < leaves ? plus(left, tree_sum(middle, level - 1, leaves)) : left;
}

std::vector<float> tree_sum(std::int64_t leaves) {
  int level = 0;
  while ((std::int64_t{1} << level) < leaves) ++level;
  return tree_sum(0, level, leaves);
}

std::vector<const float*> pointers(const std::vector<std::vector<float>>& rows) {
  std::vector<const float*> all;
  for (const std::vector<float>& row : rows) all.push_back(row.data());
  return all;
}

}  // namespace

TEST_CASE("leaves become the largest nodes that consist of them") {
  const auto levels = [](Range leaves) {
    std::vector<int> all;
    std::int64_t next = leaves.begin;
    for (const TreeNode& node : nodes_of(leaves)) {
      CHECK(node.first == next);
      CHECK(node.first % (std::int64_t{1} << node.level) == 0);
      next += std::int64_t{1} << node.level;
      all.push_back(node.level);
    }
    CHECK(next == leaves.end);
    return all;
  };
  CHECK(levels({0, 8}) == std::vector<int>{3});
  CHECK(levels({1, 8}) == std::vector<int>{0, 1, 2});
  CHECK(levels({3, 13}) == std::vector<int>{0, 2, 2, 0});
  CHECK(levels({5, 5}).empty());
  for (std::int64_t begin = 0; begin < 40; ++begin)
    for (std::int64_t end = begin + 1; end < 70; ++end)
      CHECK(static_cast<double>(levels({begin, end}).size()) <= 2 * std::log2(static_cast<double>(end - begin)) + 1);
}

TEST_CASE("in turn: each row is added to the sum of those before it") {
  std::vector<std::vector<float>> rows{leaf(0), leaf(1), leaf(2), leaf(3)};
  const std::vector<float> expected = plus(plus(plus(rows[0], rows[1]), rows[2]), rows[3]);
  std::vector<float> out(expected.size());
  SumOrder::in_turn(4).sum(pointers(rows), out);
  CHECK(out == expected);
  CHECK(out != tree_sum(4));
  SumOrder::in_turn(4).sum(pointers(rows), rows[2]);  // in the place of one of them
  CHECK(rows[2] == expected);
  SumOrder::in_turn(1).sum(pointers({rows[0]}), out);
  CHECK(out == rows[0]);
}

TEST_CASE("of nodes: every division of leaves gives the bits of the tree") {
  for (std::int64_t leaves = 1; leaves <= 9; ++leaves) {
    const std::vector<float> expected = tree_sum(leaves);
    for (std::int64_t first = 0; first <= leaves; ++first)
      for (std::int64_t second = first; second <= leaves; ++second) {
        std::vector<TreeNode> nodes;
        for (const Range part : {Range{0, first}, Range{first, second}, Range{second, leaves}})
          for (const TreeNode& node : nodes_of(part)) nodes.push_back(node);
        std::vector<std::vector<float>> rows;
        for (const TreeNode& node : nodes)
          rows.push_back(tree_sum(node.first, node.level, node.first + (std::int64_t{1} << node.level)));
        std::vector<float> out(expected.size());
        SumOrder::of_nodes(nodes).sum(pointers(rows), out);
        CHECK(out == expected);
      }
  }
}

TEST_CASE("a rank's micro-batches become its nodes on the device, in as little memory as is said") {
  for (const std::string& chip : model::testing::chip_names()) {
    device::Device device = model::testing::open_chip(chip);
    for (const Range leaves : {Range{0, 1}, Range{0, 4}, Range{3, 13}, Range{5, 6}, Range{1, 8}, Range{0, 7}}) {
      INFO(chip << " " << leaves.begin << " to " << leaves.end);
      const auto flat = static_cast<std::int64_t>(leaf(0).size());
      GradientRows rows(device, flat, leaves);
      CHECK(rows.bytes() == GradientRows::bytes_for(flat, leaves));
      device::Buffer gradient = device.allocate(leaf(0).size() * sizeof(float));
      for (int step = 0; step < 2; ++step) {
        rows.begin(leaves);
        for (std::int64_t i = leaves.begin; i < leaves.end; ++i) {
          gradient.upload<float>(leaf(i));
          rows.take(gradient.as<float>());
        }
        const std::vector<TreeNode> nodes = nodes_of(leaves);
        const std::vector<const float*> found = rows.rows(gradient.as<float>());
        REQUIRE(found.size() == nodes.size());
        for (std::size_t i = 0; i < nodes.size(); ++i) {
          std::vector<float> row(leaf(0).size());
          device.copy_out(row.data(), found[i], row.size() * sizeof(float));
          CHECK(row == tree_sum(nodes[i].first, nodes[i].level, leaves.end));
        }
        if (leaves.begin > 0) continue;
        rows.fold(gradient.as<float>());
        CHECK(gradient.to_host<float>() == tree_sum(leaves.end));
      }
      CHECK(rows.bytes() == GradientRows::bytes_for(flat, leaves));
    }
  }
  for (std::int64_t count = 1; count < 40; ++count) {
    std::size_t most = 0;
    for (std::int64_t begin = 0; begin < count; ++begin)
      for (std::int64_t end = begin; end <= count; ++end) most = std::max(most, GradientRows::bytes_for(100, {begin, end}));
    CHECK(GradientRows::most_bytes_for(100, count) == most);
  }
  CHECK(GradientRows::bytes_for(100, {7, 8}) == 0);
  CHECK(GradientRows::bytes_for(100, {0, 8}) == 3 * 400);
  CHECK(GradientRows::bytes_for(100, {4, 4}) == 0);
}
