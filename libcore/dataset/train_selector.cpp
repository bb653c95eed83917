#include "libcore/dataset/train_selector.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace daybreak::dataset {
namespace {

using codecs::Pipeline;

constexpr double kUnit = 256;  // of forecasts, in one

CutFeatures cut(std::span<const SelectorExample> examples) {
  std::vector<codecs::Features> rows;
  for (const SelectorExample& example : examples) rows.push_back(example.features);
  return CutFeatures(std::move(rows));
}

/// In the order in which candidates come.
std::vector<Pipeline> pipelines_of(std::span<const SelectorExample> examples) {
  std::vector<Pipeline> found;
  for (const SelectorExample& example : examples)
    for (const PipelineOutcome& outcome : example.outcomes)
      if (std::find(found.begin(), found.end(), outcome.pipeline) == found.end()) found.push_back(outcome.pipeline);
  return found;
}

/// What each example weighs: all datasets the same.
std::vector<double> weights_of(std::span<const SelectorExample> examples, const std::string& without) {
  std::map<std::string, std::size_t> chunks;
  for (const SelectorExample& example : examples) ++chunks[example.dataset];
  std::vector<double> weights;
  for (const SelectorExample& example : examples)
    weights.push_back(example.dataset == without ? 0 : 1.0 / static_cast<double>(chunks[example.dataset]));
  return weights;
}

}  // namespace

Lessons::Lessons(std::span<const SelectorExample> examples)
    : examples_(examples), features_(cut(examples)), pipelines_(pipelines_of(examples)) {}

codecs::SelectorModel Lessons::fit(const TrainSelectorOptions& options, const std::string& without) const {
  const std::vector<double> weights = weights_of(examples_, without);
  codecs::SelectorModel model;
  for (const Pipeline pipeline : pipelines_) {
    std::vector<Goal> bits, nanoseconds;
    for (std::size_t i = 0; i < examples_.size(); ++i) {
      const PipelineOutcome* outcome = weights[i] > 0 ? examples_[i].outcome_of(pipeline) : nullptr;
      if (outcome == nullptr) continue;
      bits.push_back({i, kUnit * examples_[i].log_bits(*outcome), weights[i]});
      const double ns = 1e9 * outcome->decode_s / static_cast<double>(examples_[i].plain_bytes);
      nanoseconds.push_back({i, kUnit * std::log2(std::max(ns, 1e-3)), weights[i]});
    }
    if (bits.empty()) continue;
    model.entries.push_back({pipeline, fit_trees(features_, bits, options.bits),
                             fit_trees(features_, nanoseconds, options.nanoseconds)});
  }
  return model;
}

}  // namespace daybreak::dataset
