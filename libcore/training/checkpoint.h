#pragma once
// What one version of a run's folder holds: the model as Hugging Face lays it out (config.json, model.safetensors, the
// tokenizer's files), the moments (optimizer.safetensors, or one such file a slice), the rest of the state
// (state.json), and the size and hash of each of these files (manifest.json).
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "libcore/io/json.h"
#include "libcore/model/parameters.h"
#include "libcore/training/checked_folder.h"
#include "libcore/training/checkpoint_parts.h"
#include "libcore/training/moments.h"
#include "libcore/training/trainer.h"

namespace daybreak::training {

/// Of the file that has the rest of a run's state.
inline constexpr const char* kStateFile = "state.json";
/// The schemas of state.json and manifest.json.
inline constexpr const char* kTrainStateSchema = "daybreak.train-state/1";
inline constexpr const char* kManifestSchema = "daybreak.checkpoint/1";

/// What a checkpoint consists of.
struct CheckpointContent {
  const model::Config& config;
  StateView state;
  const io::Json& identity;          // kept in state.json: what a resumed run compares itself with
  std::filesystem::path tokenizer;   // a folder whose tokenizer files are copied; "": none
  std::int64_t readers = 1;          // so many files of moments, each an equal part of the flat array
};

/// Writes all files into an existing folder, each complete and synchronized; the manifest last. Errors: Error
/// (cannot_create, io).
void write_checkpoint(const std::filesystem::path& directory, const CheckpointContent& content);
/// What one of the ranks that write a checkpoint together writes into their draft: its moments, and rank 0 the model and
/// state.json too, and, once the moments of all are there, the manifest. Of a job of one, all of it. Errors: Error
/// (cannot_create, io), of await_parts() too.
void write_checkpoint_part(const std::filesystem::path& directory, const CheckpointContent& content, RankOfJob mine,
                           const PartPatience& patience);
/// The part of it that every kind of model has: moments, state.json and, over all files that are there, the manifest.
void write_state(const std::filesystem::path& directory, const std::vector<model::Parameter>& table,
                 const StateView& state, const io::Json& identity, std::int64_t readers = 1);

/// The moments of a state, to be written.
MomentsView moments_of(const StateView& state);

/// The tokenizer's files of a model, those that are there. Errors: Error (cannot_create, io).
void copy_tokenizer(const std::filesystem::path& from, const std::filesystem::path& to);

/// How far a run is, and which run it is: what state.json says.
struct SavedProgress {
  Progress progress;
  io::Json identity;
};
/// Errors: Error (data, no_input).
SavedProgress read_progress(const std::filesystem::path& directory);

/// Fills in the moments (and compensation), however many slices they were written in. observer: as CheckedFolder::read()
/// gives it. Errors: Error (data, no_input) that name the file and what is wrong with it.
void read_moments_into(TrainingState& state, const CheckedFolder& folder, const std::vector<model::Parameter>& table,
                       const io::ReadObserver& observer);
/// Weights and moments of a transformer after `progress`. Each file is read once, and compared with the manifest before
/// anything of it is handed out. Errors as those of read_moments_into() and model::load_weights().
TrainingState read_training_state(CheckedFolder& folder, const model::Config& config, const Progress& progress);
/// The same for a rank of a job: all weights, and the moments of its parts (StateLayout::ranges_of()). A file that has
/// nothing of these is not compared: all of them together are, by the ranks that need them.
TrainingState read_rank_state(CheckedFolder& folder, const model::Config& config, const Progress& progress,
                              std::vector<Range> parts);

/// The weights alone, of a folder that may be no checkpoint.
std::vector<float> load_model(CheckedFolder& folder, const model::Config& config);

/// A checkpoint of a transformer that is read back as a whole.
struct Checkpoint {
  model::Config config;
  TrainingState state;
  io::Json identity;
};
/// Errors as those of its parts.
Checkpoint read_checkpoint(const std::filesystem::path& directory);

/// A file as the manifest has it.
struct ManifestEntry {
  std::string name;
  std::uint64_t bytes = 0;
  std::string xxh3_128;
};
bool has_manifest(const std::filesystem::path& directory);
/// Compares every file that the manifest names with it, and returns them. Errors: Error (data, no_input) that name the
/// first file that differs or is missing.
std::vector<ManifestEntry> verify_files(const std::filesystem::path& directory);

}  // namespace daybreak::training
