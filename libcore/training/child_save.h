#pragma once
// What the children of a Snapshot do, one of each rank, so that their states become a version together.
#include <cstdint>
#include <filesystem>
#include <functional>

#include "libcore/training/checkpoint_parts.h"
#include "libcore/training/run_directory.h"

namespace daybreak::training {

/// How long a child waits until those of the other ranks begin to write: they fork within milliseconds of each other, where
/// they fork for the same step at all.
inline constexpr double kOthersBeginS = 3;

/// Fills the draft of version `step` with this rank's part by `write`, which on the keeper returns once the parts of all are
/// there; the keeper then calls `in_turn` and gives the version its place. folder: as begun by the process that forked. No
/// collectives: files tell the children of each other. Errors: what `write` throws; Error (io) where other ranks do not begin,
/// and then the draft is gone.
void save_as_child(RunDirectory& folder, std::int64_t step, std::int64_t keep, RankOfJob mine,
                   const std::function<void(const std::filesystem::path&)>& write, const std::function<void()>& in_turn,
                   double others_begin_s = kOthersBeginS);

}  // namespace daybreak::training
