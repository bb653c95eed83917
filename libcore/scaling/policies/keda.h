#pragma once
// KEDA's ScaledJob, with a node for each of its jobs.
#include <memory>
#include <string>

#include "libcore/base/options.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

struct KedaOptions {
  std::string strategy = "default";
  std::optional<double> job_s = {};  // work of one job, as the time that a node needs for it; default: one period
  std::int64_t min_jobs = 0;
  std::int64_t queue_deduction = 0;
  std::optional<double> running_share = {};
  void declare(OptionSink& sink);
};

/// Polls once a period (KEDA: every 30 seconds) and creates jobs for the queue, which holds queue / (service rate * job time)
/// of them. KEDA never ends a job: a job ends when it finds nothing to do, so floor((1 - utilization) * ready) of them
/// have ended in the period. The default and the custom strategy want a queue that counts what is in service too, the other
/// two one that does not (KEDA's documentation tells when to take which), and get it so.
std::unique_ptr<Policy> make_keda(const KedaOptions& options, const Setting& setting);

}  // namespace daybreak::scaling
