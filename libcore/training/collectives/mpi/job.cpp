#include "libcore/training/collectives/mpi/job.h"

#include "libcore/base/error.h"
#include "libcore/training/collectives/mpi/exchange.h"
#include "libcore/training/collectives/mpi/share.h"
#include "libcore/training/collectives/mpi/wait.h"

namespace daybreak::training::mpi {

Job::Job(const daybreak_job_options& options)
    : session_(options.rank, options.size),
      host_(options.slot_bytes, options.pretended_hosts),
      watch_(host_, options.patience_s),
      rounds_(host_, watch_) {}

std::string Job::description() const {
  return Session::library() + ", " + std::to_string(watch_.hosts()) + (watch_.hosts() == 1 ? " host" : " hosts");
}

bool Job::exchange(const float* const* rows, const std::int64_t* counts, const daybreak_range* parts, daybreak_take take,
                   void* context) {
  return Exchange(host_, watch_, rounds_, scratch_, rows, counts, parts).run(take, context);
}

void Job::share(std::byte* values, const daybreak_range* parts) { Share(host_, watch_, rounds_, values, parts).run(); }

void Job::finish() noexcept {
  try {
    watch_.finish();
    MPI_Request all = MPI_REQUEST_NULL;
    check(MPI_Ibarrier(MPI_COMM_WORLD, &all), "leave the job");
    int arrived = 0;
    const auto over = [&] { return MPI_Test(&all, &arrived, MPI_STATUS_IGNORE) != MPI_SUCCESS || arrived; };
    wait_until(watch_, over, [&] { return watch_.me(); });
    watch_.stop();
    host_.release();
    session_.finish();
  } catch (const Error&) {
    // Another rank has not come to its end, for which MPI_Finalize would wait. What this one did is whole.
  }
}

void Job::leave() noexcept { watch_.leave(); }

}  // namespace daybreak::training::mpi
