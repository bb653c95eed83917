#pragma once
// Which rank of which job this process is, by the environment that the engine which started it has set.
#include <memory>
#include <optional>
#include <string>

#include "libcore/training/collectives/collectives.h"

namespace daybreak::training {

/// What started this process, and as which of how many. A process that nothing started as a rank is 0 of 1.
struct JobPlace {
  int rank = 0, size = 1;
  int local_rank = 0, local_size = 1;  // among those on this host
  /// "mpirun", "srun", "environment" (RANK and WORLD_SIZE), "PMI"; empty: none.
  std::string engine;
  /// True where the engine kills its processes soon after it has passed on a SIGTERM (Open MPI's mpirun: 1 s).
  bool kills_early = false;
};
/// Errors: Error (usage) for variables that contradict each other.
JobPlace job_place();

/// Self for a job of one; else what the shared object of the collectives (beside the chips) offers, which is loaded now and
/// not before. patience_s: how long a rank is waited for before it counts as lost. Errors: Error (unavailable, with what to
/// install or how to start the job; try_again).
std::unique_ptr<Collectives> join_job(const JobPlace& place, double patience_s);

}  // namespace daybreak::training
