#pragma once
// Values of a graph as a flat list of instructions over blocks of rows.
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "libcore/finance/model/block_operations.h"
#include "libcore/finance/model/value_graph.h"

namespace daybreak::finance {

/// Compiled once, run any number of times, by several threads at once. O(instructions * rows), in blocks that stay in the
/// nearest cache.
class Program {
 public:
  /// The graph may go; long_vectors is for tests.
  Program(const ValueGraph& graph, std::span<const ValueId> outputs, bool long_vectors = has_long_vectors());

  /// columns: [inputs][rows]; results: [outputs][rows]. What has no finite value is NaN.
  void run(std::span<const std::span<const double>> columns, std::span<const std::span<double>> results) const;
  std::size_t instructions() const { return instructions_.size(); }

 private:
  /// Places are registers, then constants, then columns.
  struct Instruction {
    BlockOperation run;
    std::size_t target;
    std::array<std::size_t, 3> sources;
  };
  class Compiler;

  std::vector<Instruction> instructions_;
  std::vector<double> constants_;
  std::vector<std::size_t> columns_;  // that are read
  std::vector<std::size_t> outputs_;  // places
  std::size_t registers_ = 0;
};

}  // namespace daybreak::finance
