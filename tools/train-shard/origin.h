#pragma once
// What every run says of how it begins, whatever it trains.
#include "libcore/training/trainer.h"
#include "tools/train-shard/run_options.h"

namespace daybreak::train_shard {

/// Where a run begins.
struct Origin {
  training::TrainingState state;
  io::Json changes = io::Json::object();  // of options, since the checkpoint that it goes on from
  bool resumed = false;
};

/// Adds what the begin record and the plan of a dry run say after the model.
void describe_origin(io::Json& record, const RunOptions& options, const device::Device& device, bool emulated,
                     const io::Json& identity, const Origin& origin);

/// What a plan begins with; record: of the run's beginning.
io::Json plan_of(const io::Json& record, const RunOptions& options, const Origin& origin);

}  // namespace daybreak::train_shard
