#include "libcore/dataset/judge_selector.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "libcore/dataset/ordered_work.h"

namespace daybreak::dataset {
namespace {

using codecs::Pipeline;
using codecs::Prospect;

constexpr std::uint64_t kFullChunk = std::uint64_t{768} << 10;  // about what compress() writes by default

/// What selection comes to for one example, by what is known of all its pipelines.
struct Verdict {
  std::uint64_t chosen = 0, best = 0;
  std::string chosen_name = "stored", best_name = "stored";
  double selection_s = 0, exhaustive_s = 0;
  double regret() const { return static_cast<double>(chosen) / static_cast<double>(best) - 1; }
};

/// Tries on samples as they came out when the example was made.
class SeenTries : public codecs::Tries {
 public:
  explicit SeenTries(const SelectorExample& example) : example_(example) {}

  std::size_t sample_bytes(std::size_t round) override { return static_cast<std::size_t>(example_.sample_bytes[round]); }

  std::vector<std::size_t> sizes(std::size_t round, std::span<const Prospect> prospects) override {
    std::vector<std::size_t> sizes;
    for (const Prospect& one : prospects) {
      const PipelineOutcome::Sampled& seen = example_.outcome_of(one.pipeline)->samples[round];
      seconds_ += seen.encode_s;
      sizes.push_back(static_cast<std::size_t>(seen.bytes));
    }
    return sizes;
  }

  double seconds() const { return seconds_; }

 private:
  const SelectorExample& example_;
  double seconds_ = 0;
};

void find_best(const SelectorExample& example, Verdict& verdict) {
  for (const PipelineOutcome& outcome : example.outcomes) {
    verdict.exhaustive_s += outcome.encode_s;
    if (outcome.bytes >= verdict.best) continue;
    verdict.best = outcome.bytes;
    verdict.best_name = codecs::pipeline_name(outcome.pipeline);
  }
}

/// As codecs::finalists() and the trial of each on the whole chunk, with the sizes that were seen.
Verdict replay(const SelectorExample& example, const codecs::SelectorModel& model, const Handicap& handicap,
               codecs::Experience& experience) {
  Verdict verdict{example.plain_bytes, example.plain_bytes};
  find_best(example, verdict);
  std::vector<Pipeline> pipelines;
  for (const PipelineOutcome& outcome : example.outcomes) pipelines.push_back(outcome.pipeline);
  const std::vector<Prospect> foreseen = codecs::foresee({&model, codecs::kSmallest}, pipelines, example.features,
                                                         example.values, example.plain_bytes, experience);
  SeenTries tries(example);
  const auto chunk_bytes = static_cast<std::size_t>(example.plain_bytes);
  const std::vector<Prospect> best =
      handicap.samples ? codecs::finalists(codecs::kSmallest, chunk_bytes, foreseen, tries)
                       : std::vector<Prospect>{foreseen[0]};
  double trials_s = 0, winner_s = 0;
  for (const Prospect& one : best) {
    const PipelineOutcome& outcome = *example.outcome_of(one.pipeline);
    trials_s += outcome.encode_s;
    if (handicap.experience && outcome.bytes < example.plain_bytes) experience.learn(one, outcome.bytes, example.values);
    if (outcome.bytes >= verdict.chosen) continue;
    verdict.chosen = outcome.bytes;
    verdict.chosen_name = codecs::pipeline_name(one.pipeline);
    winner_s = outcome.encode_s;
  }
  // The winner encodes the chunk, whoever chose it.
  verdict.selection_s = example.features_s + tries.seconds() + trials_s - winner_s;
  return verdict;
}

/// Experience of arrays that look alike: of the same type, dimensions and chunk size.
class Memory {
 public:
  codecs::Experience& of(const SelectorExample& example) {
    return of_kind_[{example.type, example.features.of(codecs::Feature::dimensions), example.plain_bytes}];
  }

 private:
  std::map<std::tuple<codecs::ElementType, std::int16_t, std::uint64_t>, codecs::Experience> of_kind_;
};

/// What one dataset adds to the report.
struct DatasetVerdict {
  SelectorReport::Dataset row;
  std::vector<double> regrets;
  double selection_s = 0, exhaustive_s = 0;
  double errors = 0, forecasts = 0;

  void add(const SelectorExample& example, const Verdict& verdict) {
    const double regret = verdict.regret();
    regrets.push_back(regret);
    ++row.chunks;
    row.plain_bytes += example.plain_bytes;
    row.chosen_bytes += verdict.chosen;
    row.best_bytes += verdict.best;
    row.mean_regret += regret;
    if (row.chunks == 1 || regret > row.worst_regret) {
      row.worst_regret = regret;
      row.worst_chosen = verdict.chosen_name;
      row.worst_best = verdict.best_name;
    }
    if (example.plain_bytes < kFullChunk) return;
    selection_s += verdict.selection_s;
    exhaustive_s += verdict.exhaustive_s;
  }

  void add_errors(const SelectorExample& example, const codecs::SelectorModel& model) {
    for (const PipelineOutcome& outcome : example.outcomes)
      if (const auto forecast = model.forecast(outcome.pipeline, example.features))
        errors += std::abs(forecast->bits / 256.0 - example.log_bits(outcome)), ++forecasts;
  }
};

DatasetVerdict judge_dataset(std::span<const SelectorExample> examples, const std::string& name,
                             const codecs::SelectorModel& model, const Handicap& handicap) {
  DatasetVerdict verdict;
  verdict.row.name = name;
  Memory memory;
  for (const SelectorExample& example : examples) {
    if (example.dataset != name) continue;
    verdict.add(example, replay(example, model, handicap, memory.of(example)));
    verdict.add_errors(example, model);
  }
  verdict.row.mean_regret /= static_cast<double>(verdict.row.chunks);
  return verdict;
}

/// The pipeline that makes the least of all examples together; those that it cannot hold stay as they are.
void judge_single(std::span<const SelectorExample> examples, std::span<const Pipeline> pipelines,
                  SelectorReport& report) {
  for (const Pipeline pipeline : pipelines) {
    std::uint64_t bytes = 0;
    for (const SelectorExample& example : examples) {
      const PipelineOutcome* outcome = example.outcome_of(pipeline);
      bytes += outcome == nullptr ? example.plain_bytes : std::min(outcome->bytes, example.plain_bytes);
    }
    if (!report.best_single.empty() && bytes >= report.best_single_bytes) continue;
    report.best_single = codecs::pipeline_name(pipeline);
    report.best_single_bytes = bytes;
  }
}

/// The regret below which `share` of all weights lies.
double quantile(std::vector<std::pair<double, double>>& weighted_regrets, double share) {
  std::sort(weighted_regrets.begin(), weighted_regrets.end());
  double all = 0, below = 0;
  for (const auto& [regret, weight] : weighted_regrets) all += weight;
  for (const auto& [regret, weight] : weighted_regrets)
    if ((below += weight) >= share * all) return regret;
  return 0;
}

std::vector<SelectorExample> blinded(std::span<const SelectorExample> examples,
                                     std::span<const codecs::Feature> features) {
  std::vector<SelectorExample> blind(examples.begin(), examples.end());
  for (SelectorExample& example : blind)
    for (const codecs::Feature feature : features) example.features.of(feature) = 0;
  return blind;
}

std::vector<std::string> names_of(std::span<const SelectorExample> examples) {
  std::vector<std::string> names;
  for (const SelectorExample& example : examples)
    if (std::find(names.begin(), names.end(), example.dataset) == names.end()) names.push_back(example.dataset);
  return names;
}

}  // namespace

std::vector<Handicap> all_handicaps() {
  using enum codecs::Feature;
  Handicap forecasts{.name = "without forecasts", .forecasts = false}, samples{.name = "without samples", .samples = false};
  return {{"without serial features",
           {delta, delta2, delta3, before, delta_context, folded_context, grid_delta, grid_delta_context,
            distinct_pairs, distinct_fours, equal_before, matches, long_matches, drift}},
          {"without row and column features",
           {dimensions, log_row, log_plane, log_last, median, lorenzo, median_context, grid_median,
            grid_median_context, column_spread, column_scale, column_density, row_scale}},
          {"without features of reals",
           {folded, folded_context, grid_lost, grid_density, grid_delta, grid_median, grid_delta_context,
            grid_median_context, strange}},
          forecasts,
          samples,
          {.name = "with experience", .experience = true}};
}

SelectorReport judge_selector(std::span<const SelectorExample> seen, const TrainSelectorOptions& options,
                              const Surroundings& around, const Handicap& handicap) {
  const std::vector<SelectorExample> examples = blinded(seen, handicap.blind_to);
  const Lessons lessons(examples);
  const std::vector<std::string> names = names_of(examples);
  const auto work = [&](std::uint64_t i) {
    around.stop.check();
    const codecs::SelectorModel model =
        handicap.forecasts ? lessons.fit(options, names[i]) : codecs::SelectorModel{};
    return judge_dataset(examples, names[i], model, handicap);
  };
  SelectorReport report;
  std::vector<std::pair<double, double>> regrets;
  double errors = 0, forecasts = 0;
  const auto take = [&](std::uint64_t, DatasetVerdict verdict) {
    const SelectorReport::Dataset& row = verdict.row;
    for (const double regret : verdict.regrets) regrets.push_back({regret, 1.0 / static_cast<double>(row.chunks)});
    report.mean_regret += row.mean_regret / static_cast<double>(names.size());
    report.plain_bytes += row.plain_bytes;
    report.chosen_bytes += row.chosen_bytes;
    report.best_bytes += row.best_bytes;
    report.selection_s += verdict.selection_s;
    report.exhaustive_s += verdict.exhaustive_s;
    errors += verdict.errors, forecasts += verdict.forecasts;
    report.datasets.push_back(row);
  };
  in_order<DatasetVerdict>(names.size(), around.threads, work, take);
  report.p95_regret = quantile(regrets, 0.95);
  report.forecast_error = forecasts > 0 ? errors / forecasts : 0;
  judge_single(examples, lessons.pipelines(), report);
  return report;
}

}  // namespace daybreak::dataset
