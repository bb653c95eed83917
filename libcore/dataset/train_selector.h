#pragma once
// The selector's model from examples, and how well such a model chooses for data that it was not fitted to.
#include <span>
#include <string>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/codecs/objective.h"
#include "libcore/codecs/selector_model.h"
#include "libcore/dataset/fit_trees.h"
#include "libcore/dataset/selector_examples.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {

struct TrainSelectorOptions {
  TreesOptions bits{};
  TreesOptions nanoseconds{8, 4, 0.5, 0.005, false};
};

/// All datasets count the same, however many chunks they gave. Depends on the arguments alone; the card is empty.
codecs::SelectorModel fit_selector(std::span<const SelectorExample> examples, const TrainSelectorOptions& options);

/// How selection does on each dataset with a model that was fitted to all others. Regret: bytes more than those of the
/// best of all pipelines, as a share.
struct SelectorReport {
  struct Dataset {
    std::string name;
    std::size_t chunks = 0;
    std::uint64_t plain_bytes = 0, chosen_bytes = 0, best_bytes = 0;
    double mean_regret = 0, worst_regret = 0;
    std::string worst_chosen, worst_best;  // pipelines
  };
  std::vector<Dataset> datasets;
  double mean_regret = 0, p95_regret = 0;  // over chunks, all datasets counting the same
  std::string best_single;                 // the one pipeline that would do best for all, plain where it gains nothing
  std::uint64_t best_single_bytes = 0, chosen_bytes = 0, best_bytes = 0, plain_bytes = 0;
  double selection_s = 0, exhaustive_s = 0;  // processor time beyond encoding by the winner; of trying everything
  double forecast_error = 0;                 // mean |log2| of sizes foretold, of the pipelines that hold the data
};
SelectorReport judge_selector(std::span<const SelectorExample> examples, const TrainSelectorOptions& options,
                              const StopToken& stop);

/// The report as a record: what stands in a model's file too.
io::Json selector_card(std::size_t examples, const SelectorReport& report);

}  // namespace daybreak::dataset
