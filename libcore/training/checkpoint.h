#pragma once
// What one version of a run's folder holds: the model as Hugging Face lays it out (config.json, model.safetensors, the
// tokenizer's files), the moments (optimizer.safetensors) and the rest of the state (state.json).
#include <filesystem>

#include "libcore/io/json.h"
#include "libcore/model/parameters.h"
#include "libcore/training/trainer.h"

namespace daybreak::training {

/// The schema of state.json.
inline constexpr const char* kTrainStateSchema = "daybreak.train-state/1";

/// Writes all files into an existing folder, each complete and synchronized. `identity` is kept in state.json: what a
/// resumed run compares itself with. tokenizer: a folder whose tokenizer files are copied; "" for none. Errors: Error
/// (cannot_create, io).
void write_checkpoint(const std::filesystem::path& directory, const model::Config& config, const TrainingState& state,
                      const io::Json& identity, const std::filesystem::path& tokenizer);

/// A checkpoint that is read back.
struct Checkpoint {
  model::Config config;
  TrainingState state;
  io::Json identity;
};
/// Errors: Error (data, no_input) that name the file and what is wrong with it.
Checkpoint read_checkpoint(const std::filesystem::path& directory);

}  // namespace daybreak::training
