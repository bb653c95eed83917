#pragma once
// What a run reads and computes with.
#include <filesystem>
#include <optional>

#include "libcore/model/memory.h"
#include "libcore/training/checkpoint.h"
#include "libcore/training/run_directory.h"
#include "tools/train-shard/run_options.h"

namespace daybreak::train_shard {

/// Where a run begins: fresh weights, a model's, or an earlier checkpoint.
struct Beginning {
  model::Config config;
  training::TrainingState state;    // of fresh weights a dry run has none
  std::filesystem::path tokenizer;  // folder of the tokenizer that belongs to the model; "": none
  io::Json changes = io::Json::object();
  bool resumed = false;
};

/// What a model and its optimizer take on the device.
std::uint64_t training_bytes(const model::MemoryPlan& memory);

/// Everything that a run needs, opened and checked. It writes nothing, so that a run that is refused leaves no trace.
struct RunInputs {
  training::TokenSource data;
  std::optional<training::TokenSource> validation_data;
  training::RunDirectory folder;
  training::Split parts;  // of the data
  io::Json identity;
  Beginning beginning;
  device::Device device;
  model::Precision precision;
  model::MemoryPlan memory;  // of the model, without the optimizer's moments

  RunInputs(const RunOptions& options, frame::Session& session);

  const training::TokenSource& validation_source() const { return validation_data ? *validation_data : data; }
  training::TokenRange validation_range() const { return validation_data ? validation_data->all() : parts.held_out; }
  /// What the begin record and the plan of a dry run have in common.
  io::Json record(const RunOptions& options) const;

 private:
  void require_memory(const RunOptions& options) const;
  std::int64_t fitting_micro_batch(const RunOptions& options, std::uint64_t available) const;
};

}  // namespace daybreak::train_shard
