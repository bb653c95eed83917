#pragma once
// Where a run keeps its checkpoints, and which of them it goes on from.
#include <filesystem>
#include <optional>

#include "libcore/training/run_directory.h"
#include "tools/train-shard/ranks.h"
#include "tools/train-shard/run_options.h"

namespace daybreak::train_shard {

/// The same on all ranks: rank 0 looks at the folder, keeps it, and decides. Errors: those of RunDirectory.
class RunPlace {
 public:
  RunPlace(const RunOptions& options, Ranks& ranks);

  training::RunDirectory& folder() { return *folder_; }
  /// With --resume, where there is one.
  const std::optional<std::filesystem::path>& version() const { return version_; }
  /// Makes the folder, and sees to it that all ranks see the same one. Errors: those of RunDirectory::begin(), Error (no_input).
  void begin(Ranks& ranks);

 private:
  std::optional<training::RunDirectory> folder_;
  std::optional<std::filesystem::path> version_;
};

}  // namespace daybreak::train_shard
