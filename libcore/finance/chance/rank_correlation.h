#pragma once
// How two uncertain inputs move together.
#include <cstddef>

namespace daybreak::finance {

/// Spearman's rank correlation of two inputs, by their places in a list of inputs.
struct RankCorrelation {
  std::size_t first, second;
  double value;  // -1 .. 1
};

}  // namespace daybreak::finance
