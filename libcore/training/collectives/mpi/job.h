#pragma once
// This process as a rank of a job, from joining to leaving.
#include <cstddef>
#include <string>

#include "libcore/training/collectives/mpi/host.h"
#include "libcore/training/collectives/mpi/rounds.h"
#include "libcore/training/collectives/mpi/scratch.h"
#include "libcore/training/collectives/mpi/session.h"
#include "libcore/training/collectives/mpi/watch.h"
#include "libcore/training/collectives/plugin.h"

namespace daybreak::training::mpi {

class Job {
 public:
  explicit Job(const daybreak_job_options& options);

  std::string description() const;
  /// False: take() did not want the rows.
  bool exchange(const float* const* rows, const std::int64_t* counts, const daybreak_range* parts, daybreak_take take,
                void* context);
  void share(std::byte* values, const daybreak_range* parts);
  /// The last call of a job that went well: waits for the others, and ends MPI.
  void finish() noexcept;
  /// The job is over for an error: the others are told, and nobody is waited for.
  void leave() noexcept;

 private:
  Session session_;
  Host host_;
  Watch watch_;
  Rounds rounds_;
  Scratch scratch_;
};

}  // namespace daybreak::training::mpi
