#pragma once
// Jobs of several ranks that train a small model in one process, each rank on a device of its own.
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/training/trainer.h"
#include "tests/support/thread_ranks.h"
#include "tests/unit/model/cases.h"

namespace daybreak::test_support {

/// What is trained, and by whom.
struct RankCase {
  model::Config config = model::parse_init("gpt2:d=32,layers=2,heads=2,vocab=64,context=16");
  daybreak_dtype type = DAYBREAK_F32;
  std::string reduce = "fast";
  training::StorageOptions storage;
  training::Division division;
  std::vector<std::string> devices = {"cpu"};  // one a rank
  unsigned threads = 1;                        // of each
  std::int64_t sequences = 1, context = 8;     // of a micro-batch
  std::int64_t steps = 3, bucket = 4096;
  double clip = 1;
  bool overlap = true;
  std::string collectives;  // the shared object by which devices sum among themselves; empty: the host sums
  int ranks() const { return static_cast<int>(devices.size()); }
  training::BatchOptions batch() const { return {sequences * division.total(), context, sequences, reduce}; }
};

/// After the last step: the whole state, and what each rank has reported of each step.
struct RankResult {
  training::TrainingState state;
  std::vector<std::vector<training::StepReport>> reports;
};

inline training::Batch batch_of(const RankCase& one, std::int64_t step, int rank) {
  const auto sample = model::testing::sample_tokens("step " + std::to_string(step), one.batch().batch, one.context,
                                                    one.config.vocabulary);
  const training::Range mine = one.division.micro_batches_of(rank);
  const auto part = one.sequences * one.context;
  const auto cut = [&](const std::vector<std::uint32_t>& all) {
    return std::vector<std::uint32_t>(all.begin() + mine.begin * part, all.begin() + mine.end * part);
  };
  return {step, cut(sample.tokens), cut(sample.targets)};
}

/// Puts what one rank has of the moments into the place that they have among those of all.
inline void place_parts(const training::TrainingState& from, training::TrainingState& whole) {
  const auto place = [&](const std::vector<float>& parts, std::vector<float>& all) {
    if (parts.empty()) return;
    all.resize(whole.weights.size());
    auto next = parts.begin();
    for (const training::Range range : from.parts)
      for (std::int64_t i = range.begin; i < range.end; ++i) all[static_cast<std::size_t>(i)] = *next++;
  };
  place(from.first_moments, whole.first_moments);
  place(from.second_moments, whole.second_moments);
  place(from.compensation, whole.compensation);
}

/// Trains from `start` on, or from test weights. Throws std::logic_error where weights differ between ranks.
inline RankResult run_job(const RankCase& one, const training::TrainingState& start = {}) {
  RankResult result;
  result.reports.resize(one.devices.size());
  std::vector<training::TrainingState> states(one.devices.size());
  run_ranks(one.ranks(), [&](training::Collectives& ranks) {
    const auto rank = static_cast<std::size_t>(ranks.rank());
    device::Device device = model::testing::open_chip(one.devices[rank], one.threads);
    training::OptimizerOptions optimizer;
    optimizer.storage = one.storage;
    optimizer.seed = 5;
    optimizer.clip = one.clip;
    // Updates that follow gradients smoothly: by the usual 1e-8 a rounding of a gradient that is 0 but for roundings (as of
    // the keys' bias) turns a whole step around.
    optimizer.epsilon = 1e-2;
    std::shared_ptr<training::DeviceGroup> group;
    if (!one.collectives.empty()) group = std::make_shared<training::DeviceGroup>(ranks, device, one.collectives, 60);
    training::Trainer trainer(one.config, device, model::Precision::uniform(one.type), optimizer, one.batch(), 100,
                              model::Recompute::none, training::Job{.ranks = ranks, .division = one.division, .bucket = one.bucket,
                                                                    .overlap = one.overlap, .group = std::move(group)});
    training::TrainingState state = start;
    if (state.weights.empty()) state.weights = model::testing::test_weights(one.config);
    trainer.restore(state);
    for (std::int64_t i = 1; i <= one.steps; ++i)
      result.reports[rank].push_back(trainer.step(batch_of(one, state.step + i, ranks.rank())));
    states[rank] = trainer.state();
  });
  result.state = states[0];
  result.state.parts.clear();
  for (const training::TrainingState& state : states) {
    if (state.weights != states[0].weights) throw std::logic_error("the weights of two ranks differ");
    place_parts(state, result.state);
  }
  return result;
}

/// The same steps on one rank.
inline RankCase alone(RankCase one, const std::string& device, unsigned threads) {
  one.division = {{one.division.total()}, {1}};
  one.devices = {device};
  one.threads = threads;
  return one;
}

inline double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, size = 1e-30;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    size += std::pow(static_cast<double>(b[i]), 2);
  }
  return std::sqrt(difference / size);
}

}  // namespace daybreak::test_support
