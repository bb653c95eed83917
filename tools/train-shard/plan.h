#pragma once
// What a run would do, for --dry-run.
#include "tools/train-shard/run_inputs.h"

namespace daybreak::train_shard {

/// Emits the plan: model, data, steps, formats, memory and ranks, as the begin record has them. Writes no file and computes
/// nothing.
void emit_plan(const RunOptions& options, const RunInputs& inputs, const io::Json& ranks, frame::Session& session);

}  // namespace daybreak::train_shard
