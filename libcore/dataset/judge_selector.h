#pragma once
// How well a model chooses for data that it was not fitted to.
#include <span>
#include <string>
#include <vector>

#include "libcore/dataset/compress.h"
#include "libcore/dataset/train_selector.h"

namespace daybreak::dataset {

/// What selection has to do without, or may use besides, to see what it is worth.
struct Handicap {
  std::string name{};
  std::vector<codecs::Feature> blind_to{};
  bool forecasts = true, samples = true;
  bool experience = false;  // with what the chunks before it taught, of the same array or of others like it
};
/// One for each group of features, for forecasts, samples and experience.
std::vector<Handicap> all_handicaps();

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

  /// Of the time of trying everything.
  double selection_share() const { return exhaustive_s > 0 ? selection_s / exhaustive_s : 0; }
};
SelectorReport judge_selector(std::span<const SelectorExample> examples, const TrainSelectorOptions& options,
                              const Surroundings& around, const Handicap& handicap = {});

}  // namespace daybreak::dataset
