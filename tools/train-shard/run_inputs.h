#pragma once
// What a run reads and computes with.
#include <filesystem>
#include <optional>

#include "libcore/training/checkpoint.h"
#include "tools/train-shard/origin.h"
#include "tools/train-shard/run_place.h"

namespace daybreak::train_shard {

/// A model's weights, an earlier checkpoint, or none yet: fresh weights are made after all that may refuse a run.
struct Beginning : Origin {
  model::Config config;
  std::optional<training::CheckedFolder> folder;  // of weights and tokenizer; nothing: fresh weights
  std::filesystem::path tokenizer() const { return folder ? folder->path() : std::filesystem::path(); }
};

/// Everything that a run needs, opened and checked. It writes nothing, so that a run that is refused leaves no trace.
/// Weights are read after all that refuses a run for less than reading them costs.
struct RunInputs {
  training::TokenSource data;
  std::optional<training::TokenSource> validation_data;
  training::Split parts;  // of the data
  io::Json identity;
  Beginning beginning;
  device::Device device;
  std::optional<records::PrecisionMap> map;
  model::Precision precision;
  training::TrainingMemory memory;

  /// A rank of several checks its part of the data.
  RunInputs(const RunOptions& options, frame::Session& session, const Ranks& ranks, const RunPlace& place);

  /// Of several ranks that go on from a checkpoint each reads its part of the moments, once it is known which; has_state() is
  /// false until then.
  bool has_state(const Ranks& ranks) const { return ranks.size() == 1 || !beginning.resumed || !beginning.state.weights.empty(); }
  void read_state(std::vector<training::Range> stretches);

  const training::TokenSource& validation_source() const { return validation_data ? *validation_data : data; }
  training::TokenRange validation_range() const { return validation_data ? validation_data->all() : parts.held_out; }
  /// What the begin record and the plan of a dry run have in common.
  io::Json record(const RunOptions& options) const;
  /// What all ranks must have the same beside their options.
  io::Json of_all_ranks() const;

 private:
  void read_weights(const DeviceOptions& named, frame::Session& session);
};

}  // namespace daybreak::train_shard
