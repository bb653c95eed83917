// The compiled program gives what the tree says, for any expression, any number of rows, with long vectors and without.
#include <cmath>
#include <cstring>
#include <random>

#include "libcore/finance/model/arithmetic.h"
#include "libcore/finance/model/program.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using daybreak::has_long_vectors;

namespace {

constexpr std::size_t kInputs = 4;

/// Grows a random expression as a tree of its own, whose values are computed in plain recursion.
struct Tree {
  Operation operation;
  double number = 0;
  std::size_t column = 0;
  std::vector<Tree> operands;

  double at(const std::vector<double>& row) const {
    if (operation == Operation::number) return number;
    if (operation == Operation::name) return row[column];
    double values[3] = {};
    for (std::size_t i = 0; i < operands.size(); ++i) values[i] = operands[i].at(row);
    return apply(operation, values[0], values[1], values[2]);
  }
  ValueId add_to(ValueGraph& graph) const {
    if (operation == Operation::number) return graph.number(number);
    if (operation == Operation::name) return graph.column(column);
    std::array<ValueId, 3> ids{};
    for (std::size_t i = 0; i < operands.size(); ++i) ids[i] = operands[i].add_to(graph);
    return graph.apply(operation, ids);
  }
};

/// Some parts stand in a tree several times, taken from `parts`.
Tree grow(std::mt19937_64& random, int depth, std::vector<Tree>& parts) {
  const auto below = [&](std::uint64_t count) { return random() % count; };
  if (!parts.empty() && below(4) == 0) return parts[below(parts.size())];
  if (depth == 0 || below(6) == 0) {
    constexpr double kNumbers[] = {0, 1, -1, 2, 0.5, 3, -0.25, 1e3};
    if (below(2) == 0) return {Operation::number, kNumbers[below(8)], 0, {}};
    return {Operation::name, 0, below(kInputs), {}};
  }
  // Sums and products most, for they are put together.
  constexpr Operation kOften[] = {Operation::add, Operation::subtract, Operation::multiply};
  const auto operation = below(2) == 0 ? kOften[below(3)] : static_cast<Operation>(2 + below(17));
  Tree tree{operation, 0, 0, {}};
  for (std::size_t i = 0; i < operand_count(operation); ++i) tree.operands.push_back(grow(random, depth - 1, parts));
  if (operation == Operation::power) tree.operands[1] = {Operation::number, static_cast<double>(below(9)) - 4, 0, {}};
  if (depth < 4 && parts.size() < 5) parts.push_back(tree);
  return tree;
}

/// Whole powers may be products, which round a few times.
bool same(double a, double b, double size) {
  return std::isfinite(a) == std::isfinite(b) && (!std::isfinite(a) || std::abs(a - b) <= 1e-12 * std::max(size, std::abs(a)));
}

bool has_jump(const Tree& tree) {
  if (tree.operation >= Operation::choose) return true;
  for (const Tree& operand : tree.operands)
    if (has_jump(operand)) return true;
  return false;
}

}  // namespace

TEST_CASE("programs give what expressions say") {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> real(-3, 3);
  const int count = std::getenv("DAYBREAK_SLOW") != nullptr ? 20000 : 600;
  std::size_t finite = 0;
  for (int round = 0; round < count; ++round) {
    ValueGraph graph;
    std::vector<Tree> trees;
    std::vector<ValueId> outputs;
    std::vector<Tree> parts;
    for (int i = 0; i < 3; ++i)
      outputs.push_back(trees.emplace_back(grow(random, 1 + static_cast<int>(random() % 6), parts)).add_to(graph));
    const std::size_t rows = 1 + random() % 300;
    std::vector<std::vector<double>> columns(kInputs, std::vector<double>(rows));
    for (auto& column : columns)
      for (double& one : column) one = real(random) < -2.5 ? 0 : real(random);
    const std::vector<std::span<const double>> inputs(columns.begin(), columns.end());
    std::vector<std::vector<double>> plain(3, std::vector<double>(rows)), wide = plain;
    Program(graph, outputs, false).run(inputs, std::vector<std::span<double>>(plain.begin(), plain.end()));
    if (has_long_vectors()) {
      Program(graph, outputs, true).run(inputs, std::vector<std::span<double>>(wide.begin(), wide.end()));
      for (int i = 0; i < 3; ++i)
        for (std::size_t row = 0; row < rows; ++row)
          REQUIRE((plain[i][row] == wide[i][row] || (std::isnan(plain[i][row]) && std::isnan(wide[i][row]))));
    }
    for (int i = 0; i < 3; ++i) {
      if (has_jump(trees[i])) continue;  // a last bit decides there: the next case
      for (std::size_t row = 0; row < rows; ++row) {
        std::vector<double> values;
        for (const auto& column : columns) values.push_back(column[row]);
        const double expected = trees[i].at(values);
        finite += std::isfinite(expected);
        CAPTURE(round, i, row, expected, plain[i][row]);
        REQUIRE(same(expected, plain[i][row], 1e6));
      }
    }
  }
  CHECK(finite > 10000);
}

TEST_CASE("comparisons and choices, row by row") {
  ValueGraph graph;
  const ValueId a = graph.column(0), b = graph.column(1);
  std::vector<ValueId> outputs;
  for (int operation = static_cast<int>(Operation::choose); operation <= static_cast<int>(Operation::not_equal); ++operation)
    outputs.push_back(graph.apply(static_cast<Operation>(operation), {a, b, graph.number(-7)}));
  const double nan = std::nan(""), infinity = HUGE_VAL;
  const std::vector<double> left{1, 2, 2, 0, nan, 1, infinity, 1, -0.0}, right{2, 1, 2, 5, 1, nan, 1, infinity, 0.0};
  std::vector<std::vector<double>> found(outputs.size(), std::vector<double>(left.size()));
  const std::vector<std::span<const double>> inputs{left, right};
  for (const bool long_vectors : {false, has_long_vectors()}) {
    Program(graph, outputs, long_vectors).run(inputs, std::vector<std::span<double>>(found.begin(), found.end()));
    for (std::size_t i = 0; i < outputs.size(); ++i)
      for (std::size_t row = 0; row < left.size(); ++row) {
        double expected =
            apply(static_cast<Operation>(static_cast<int>(Operation::choose) + static_cast<int>(i)), left[row], right[row], -7);
        CAPTURE(i, row);
        if (std::isfinite(expected))
          CHECK(found[i][row] == expected);
        else
          CHECK(std::isnan(found[i][row]));
      }
  }
}
