#include "libcore/dataset/train_selector.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "libcore/codecs/select.h"
#include "libcore/dataset/write_arrays.h"

namespace daybreak::dataset {
namespace {

using codecs::Pipeline;
using codecs::Prospect;

constexpr std::uint64_t kFullChunk = std::uint64_t{768} << 10;  // about what compress() writes by default
constexpr double kUnit = 256;  // of forecasts, in one

double log_bits(const SelectorExample& example, std::uint64_t bytes) {
  return std::log2(8.0 * static_cast<double>(bytes) / static_cast<double>(example.values));
}

/// In the order in which candidates come.
std::vector<Pipeline> pipelines_of(std::span<const SelectorExample> examples) {
  std::vector<Pipeline> found;
  for (const SelectorExample& example : examples)
    for (const PipelineOutcome& outcome : example.outcomes)
      if (std::find(found.begin(), found.end(), outcome.pipeline) == found.end()) found.push_back(outcome.pipeline);
  return found;
}

const PipelineOutcome* outcome_of(const SelectorExample& example, Pipeline pipeline) {
  for (const PipelineOutcome& outcome : example.outcomes)
    if (outcome.pipeline == pipeline) return &outcome;
  return nullptr;
}

CutFeatures cut(std::span<const SelectorExample> examples) {
  std::vector<codecs::Features> rows;
  for (const SelectorExample& example : examples) rows.push_back(example.features);
  return CutFeatures(std::move(rows));
}

/// The examples but for one dataset, with what each weighs.
class Lesson {
 public:
  Lesson(std::span<const SelectorExample> examples, const std::string* without) : examples_(examples) {
    std::map<std::string, std::size_t> chunks;
    for (const SelectorExample& example : examples) ++chunks[example.dataset];
    for (const SelectorExample& example : examples)
      weights_.push_back(without != nullptr && example.dataset == *without ? 0 : 1.0 / static_cast<double>(chunks[example.dataset]));
  }

  codecs::SelectorModel fit(const CutFeatures& features, const TrainSelectorOptions& options) const {
    codecs::SelectorModel model;
    for (const Pipeline pipeline : pipelines_of(examples_)) {
      std::vector<Goal> bits, nanoseconds;
      for (std::size_t i = 0; i < examples_.size(); ++i) {
        const PipelineOutcome* outcome = weights_[i] > 0 ? outcome_of(examples_[i], pipeline) : nullptr;
        if (outcome == nullptr) continue;
        bits.push_back({i, kUnit * log_bits(examples_[i], outcome->bytes), weights_[i]});
        const double ns = 1e9 * outcome->decode_s / static_cast<double>(examples_[i].plain_bytes);
        nanoseconds.push_back({i, kUnit * std::log2(std::max(ns, 1e-3)), weights_[i]});
      }
      if (bits.empty()) continue;
      model.entries.push_back({pipeline, fit_trees(features, bits, options.bits),
                               fit_trees(features, nanoseconds, options.nanoseconds)});
    }
    return model;
  }

 private:
  std::span<const SelectorExample> examples_;
  std::vector<double> weights_;
};

/// What selection comes to for one example, by what is known of all its pipelines.
struct Verdict {
  std::uint64_t chosen = 0, best = 0;
  std::string chosen_name = "stored", best_name = "stored";
  double selection_s = 0, exhaustive_s = 0;
  double regret() const { return static_cast<double>(chosen) / static_cast<double>(best) - 1; }
};

/// As codecs::finalists() and the trial of each on the whole chunk, with the sizes that were seen.
class Replay {
 public:
  Replay(const SelectorExample& example, const codecs::SelectorModel& model) : example_(example), model_(model) {}

  Verdict run() {
    Verdict verdict{example_.plain_bytes, example_.plain_bytes};
    verdict.selection_s = example_.features_s;
    for (const PipelineOutcome& outcome : example_.outcomes) {
      verdict.exhaustive_s += outcome.encode_s;
      if (outcome.bytes >= verdict.best) continue;
      verdict.best = outcome.bytes;
      verdict.best_name = codecs::pipeline_name(outcome.pipeline);
    }
    const std::vector<Prospect> foreseen = foresee();
    double winner_s = 0;
    std::vector<Prospect> best = tried(foreseen, verdict.selection_s);
    const bool whole = example_.sample_bytes == example_.plain_bytes;
    if (whole)
      best.resize(std::min<std::size_t>(1, best.size()));
    else
      best = codecs::worth_the_chunk(std::move(best), foreseen);
    for (const Prospect& one : best) {
      const PipelineOutcome& outcome = *outcome_of(example_, one.pipeline);
      verdict.selection_s += outcome.encode_s;
      if (outcome.bytes >= verdict.chosen) continue;
      verdict.chosen = outcome.bytes;
      verdict.chosen_name = codecs::pipeline_name(one.pipeline);
      winner_s = outcome.encode_s;
    }
    verdict.selection_s -= winner_s;  // it encodes the chunk, whoever chose it
    return verdict;
  }

 private:
  std::vector<Prospect> foresee() const {
    std::vector<Prospect> foreseen;
    for (const PipelineOutcome& outcome : example_.outcomes) {
      Prospect one{outcome.pipeline};
      if (const auto forecast = model_.forecast(outcome.pipeline, example_.features)) {
        one.bits = forecast->bits;
        one.cost = (example_.values * codecs::exp2_fixed(one.bits) >> 16) / 8;
      }
      foreseen.push_back(one);
    }
    std::stable_sort(foreseen.begin(), foreseen.end(),
                     [](const Prospect& a, const Prospect& b) { return a.cost < b.cost; });
    return foreseen;
  }

  std::vector<Prospect> tried(std::span<const Prospect> foreseen, double& seconds) const {
    std::vector<Prospect> tried;
    for (Prospect one : codecs::worth_a_sample(foreseen)) {
      const PipelineOutcome& outcome = *outcome_of(example_, one.pipeline);
      seconds += outcome.sample_s;
      one.cost = outcome.sample_bytes * example_.plain_bytes / example_.sample_bytes;
      if (outcome.sample_bytes < example_.sample_bytes) tried.push_back(one);
    }
    std::stable_sort(tried.begin(), tried.end(), [](const Prospect& a, const Prospect& b) { return a.cost < b.cost; });
    return tried;
  }

  const SelectorExample& example_;
  const codecs::SelectorModel& model_;
};

/// The pipeline that makes the least of all examples together; those that it cannot hold stay as they are.
void judge_single(std::span<const SelectorExample> examples, SelectorReport& report) {
  for (const Pipeline pipeline : pipelines_of(examples)) {
    std::uint64_t bytes = 0;
    for (const SelectorExample& example : examples) {
      const PipelineOutcome* outcome = outcome_of(example, pipeline);
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

}  // namespace

codecs::SelectorModel fit_selector(std::span<const SelectorExample> examples, const TrainSelectorOptions& options) {
  return Lesson(examples, nullptr).fit(cut(examples), options);
}

SelectorReport judge_selector(std::span<const SelectorExample> examples, const TrainSelectorOptions& options,
                              const StopToken& stop) {
  SelectorReport report;
  const CutFeatures features = cut(examples);
  std::vector<std::string> names;
  for (const SelectorExample& example : examples)
    if (std::find(names.begin(), names.end(), example.dataset) == names.end()) names.push_back(example.dataset);
  std::vector<std::pair<double, double>> regrets;
  double errors = 0, forecasts = 0;
  for (const std::string& name : names) {
    stop.check();
    const codecs::SelectorModel model = Lesson(examples, &name).fit(features, options);
    SelectorReport::Dataset dataset;
    dataset.name = name;
    const std::size_t from = regrets.size();
    for (const SelectorExample& example : examples) {
      if (example.dataset != name) continue;
      const Verdict verdict = Replay(example, model).run();
      const double regret = verdict.regret();
      regrets.push_back({regret, 0});
      ++dataset.chunks;
      dataset.plain_bytes += example.plain_bytes;
      dataset.chosen_bytes += verdict.chosen;
      dataset.best_bytes += verdict.best;
      dataset.mean_regret += regret;
      if (dataset.chunks == 1 || regret > dataset.worst_regret) {
        dataset.worst_regret = regret;
        dataset.worst_chosen = verdict.chosen_name;
        dataset.worst_best = verdict.best_name;
      }
      if (example.plain_bytes >= kFullChunk) {
        report.selection_s += verdict.selection_s;
        report.exhaustive_s += verdict.exhaustive_s;
      }
      for (const PipelineOutcome& outcome : example.outcomes)
        if (const auto forecast = model.forecast(outcome.pipeline, example.features))
          errors += std::abs(forecast->bits / kUnit - log_bits(example, outcome.bytes)), ++forecasts;
    }
    dataset.mean_regret /= static_cast<double>(dataset.chunks);
    for (std::size_t i = from; i < regrets.size(); ++i) regrets[i].second = 1.0 / static_cast<double>(dataset.chunks);
    report.mean_regret += dataset.mean_regret / static_cast<double>(names.size());
    report.plain_bytes += dataset.plain_bytes;
    report.chosen_bytes += dataset.chosen_bytes;
    report.best_bytes += dataset.best_bytes;
    report.datasets.push_back(std::move(dataset));
  }
  report.p95_regret = quantile(regrets, 0.95);
  report.forecast_error = forecasts > 0 ? errors / forecasts : 0;
  judge_single(examples, report);
  return report;
}

io::Json selector_card(std::size_t examples, const SelectorReport& report) {
  io::Json out, datasets = io::Json::array();
  out["schema"] = "daybreak.selector-card/1";
  out["tool"] = kTool;
  out["examples"] = examples;
  for (const SelectorReport::Dataset& one : report.datasets) {
    io::Json row;
    row["name"] = one.name;
    row["chunks"] = one.chunks;
    row["input_bytes"] = one.plain_bytes;
    row["chosen_bytes"] = one.chosen_bytes;
    row["best_bytes"] = one.best_bytes;
    row["mean_regret"] = one.mean_regret;
    row["worst_regret"] = one.worst_regret;
    row["worst_chosen"] = one.worst_chosen;
    row["worst_best"] = one.worst_best;
    datasets.push_back(std::move(row));
  }
  out["mean_regret"] = report.mean_regret;
  out["p95_regret"] = report.p95_regret;
  out["input_bytes"] = report.plain_bytes;
  out["chosen_bytes"] = report.chosen_bytes;
  out["best_bytes"] = report.best_bytes;
  out["best_single"] = report.best_single;
  out["best_single_bytes"] = report.best_single_bytes;
  out["selection_share"] = report.exhaustive_s > 0 ? report.selection_s / report.exhaustive_s : 0;
  out["forecast_error"] = report.forecast_error;
  out["datasets"] = std::move(datasets);
  return out;
}

}  // namespace daybreak::dataset
