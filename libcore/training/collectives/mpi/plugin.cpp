// The C interface of this shared object: what is thrown inside becomes a failure here.
#include <cstdio>
#include <memory>

#include "libcore/base/error.h"
#include "libcore/training/collectives/failure.h"
#include "libcore/training/collectives/mpi/job.h"
#include "libcore/training/collectives/plugin.h"

struct daybreak_job {
  explicit daybreak_job(const daybreak_job_options& options) : job(options) {}
  daybreak::training::mpi::Job job;
  bool over = false;
};

namespace {

using daybreak::Error;
using daybreak::ExitStatus;
using daybreak::training::guarded;

daybreak_job* open_job(const daybreak_job_options* options, daybreak_job_failure* failure) {
  std::unique_ptr<daybreak_job> job;
  guarded(failure, [&] { job = std::make_unique<daybreak_job>(*options); });
  return job.release();
}

void close_job(daybreak_job* job, int leave_alone) {
  if (!job->over && leave_alone) job->job.leave();
  if (!job->over && !leave_alone) job->job.finish();
  delete job;
}

void describe(const daybreak_job* job, char* text, size_t bytes) {
  std::snprintf(text, bytes, "%s", job->job.description().c_str());
}

/// Work of all ranks together. Where it fails the others hear of it here and not in close_job(): messages under way need the
/// caller's data for as long as they are.
template <typename Work>
int together(daybreak_job* job, daybreak_job_failure* failure, const Work& work) {
  job->over = guarded(failure, work) != 0;
  if (job->over) job->job.leave();
  return job->over;
}

int exchange(daybreak_job* job, const float* const* rows, const int64_t* counts, const daybreak_range* parts,
             daybreak_take take, void* context, daybreak_job_failure* failure) {
  return together(job, failure, [&] {
    if (!job->job.exchange(rows, counts, parts, take, context))
      throw Error(ExitStatus::bug, "the rows of an exchange could not be taken");
  });
}

int share(daybreak_job* job, void* values, const daybreak_range* parts, daybreak_job_failure* failure) {
  return together(job, failure, [&] { job->job.share(static_cast<std::byte*>(values), parts); });
}

const daybreak_collectives kTable{sizeof(daybreak_collectives), DAYBREAK_COLLECTIVES_MAJOR, DAYBREAK_COLLECTIVES_MINOR,
                                  &open_job, &close_job, &describe, &exchange, &share};

}  // namespace

extern "C" __attribute__((visibility("default"))) const daybreak_collectives* daybreak_collectives_get(uint16_t major) {
  return major == DAYBREAK_COLLECTIVES_MAJOR ? &kTable : nullptr;
}
