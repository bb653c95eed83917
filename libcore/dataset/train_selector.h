#pragma once
// The selector's model from examples.
#include <span>
#include <string>
#include <vector>

#include "libcore/codecs/selector_model.h"
#include "libcore/dataset/fit_trees.h"
#include "libcore/dataset/selector_examples.h"

namespace daybreak::dataset {

struct TrainSelectorOptions {
  TreesOptions bits{};
  TreesOptions nanoseconds{8, 4, 0.5, 0.005, false};
};

/// Examples ready to learn from.
class Lessons {
 public:
  /// `examples` outlive this.
  explicit Lessons(std::span<const SelectorExample> examples);

  /// All datasets count the same, however many chunks they gave; but not the one of that name. Depends on the arguments
  /// alone; the card is empty.
  codecs::SelectorModel fit(const TrainSelectorOptions& options, const std::string& without = {}) const;

  std::span<const codecs::Pipeline> pipelines() const { return pipelines_; }

 private:
  std::span<const SelectorExample> examples_;
  CutFeatures features_;
  std::vector<codecs::Pipeline> pipelines_;
};

}  // namespace daybreak::dataset
