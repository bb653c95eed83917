#pragma once
// Boosted trees fitted to what was seen (codecs/boosted_trees.h foretells by them).
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/boosted_trees.h"

namespace daybreak::dataset {

/// Features of many chunks, ready to be cut: each as one of a few steps.
class CutFeatures {
 public:
  static constexpr std::size_t kMostSteps = 64;

  explicit CutFeatures(std::vector<codecs::Features> rows);

  std::size_t size() const { return rows_.size(); }
  const codecs::Features& row(std::size_t i) const { return rows_[i]; }
  std::size_t step(std::size_t row, std::size_t feature) const { return steps_[row * codecs::kFeatures + feature]; }
  std::size_t step_count(std::size_t feature) const { return cuts_[feature].size() + 1; }
  /// Rows of that step or a lower one have features up to this value.
  std::int16_t cut(std::size_t feature, std::size_t step) const { return cuts_[feature][step]; }

 private:
  std::vector<codecs::Features> rows_;
  std::vector<std::uint8_t> steps_;
  std::vector<std::vector<std::int16_t>> cuts_;
};

/// What is to be foretold of one row.
struct Goal {
  std::size_t row = 0;
  double value = 0;   // in 1/256
  double weight = 1;
};

struct TreesOptions {
  std::size_t trees = 40;
  std::size_t depth = 4;
  double rate = 0.15;            // the share of what is left that a tree takes
  double smallest_leaf = 0.01;  // as a share of all weights
  bool with_base = true;
};

/// Depends on the arguments alone.
codecs::BoostedTrees fit_trees(const CutFeatures& features, std::span<const Goal> goals, const TreesOptions& options);

}  // namespace daybreak::dataset
