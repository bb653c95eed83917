#include "libcore/scaling/policies/keda.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/scaling/policies/keda_strategy.h"
#include "libcore/scaling/policies/rounding.h"

namespace daybreak::scaling {
namespace {

class Keda : public Policy {
 public:
  Keda(const KedaOptions& options, const Setting& setting)
      : strategy_(parse_keda_strategy(options.strategy)), custom_{options.queue_deduction, options.running_share},
        job_work_(setting.service_rate * options.job_s.value_or(setting.period_s)), min_jobs_(options.min_jobs),
        max_jobs_(setting.max_nodes) {}

  std::string_view name() const override { return "keda"; }
  Needs needs() const override { return {.queue = true, .utilization = true}; }

  Recommendation decide(const Observation& seen) override {
    const double busy = std::min(*seen.utilization, 1.0) * static_cast<double>(seen.ready);
    const std::int64_t ended = seen.ready - whole_nodes(busy), running = seen.ready + seen.pending - ended;
    const bool in_service_too = strategy_ == KedaStrategy::standard || strategy_ == KedaStrategy::custom;
    const double queued = *seen.queue / job_work_ + (in_service_too ? busy : 0);
    const KedaJobs jobs{.wanted = std::min(whole_nodes(queued), max_jobs_), .messages = whole_nodes(queued), .running = running,
                        .pending = seen.pending, .fewest = min_jobs_, .most = max_jobs_};
    const KedaScale scale = keda_scale(strategy_, custom_, jobs);
    const bool active = queued > 0 || min_jobs_ > 0;
    const std::int64_t created = active ? std::max<std::int64_t>(std::min(scale.allowed, scale.asked), 0) : 0;
    Recommendation answer{running + created, Reason::desired_within_range, {}};
    if (jobs.messages > max_jobs_) answer.reason = Reason::too_many_replicas;
    answer.numbers.add("queued_jobs", queued);
    answer.numbers.add("running_jobs", static_cast<double>(running));
    answer.numbers.add("ended_jobs", static_cast<double>(ended));
    answer.numbers.add("created_jobs", static_cast<double>(created));
    return answer;
  }

 private:
  KedaStrategy strategy_;
  KedaCustom custom_;
  double job_work_;
  std::int64_t min_jobs_, max_jobs_;
};

}  // namespace

void KedaOptions::declare(OptionSink& sink) {
  sink.choice("keda-strategy", &strategy, {"default", "accurate", "eager", "custom"}, "How many jobs it creates for a queue");
  sink.duration("keda-job-time", &job_s, "Work of a job, as a node's time for it (default: a slot)");
  sink.count("keda-min-jobs", &min_jobs, "N", "Jobs beside those for the queue", OptionSink::Range{0, 1e9});
  sink.count("keda-queue-deduction", &queue_deduction, "N", "Custom strategy: jobs taken off the queue", OptionSink::Range{0, 1e9});
  sink.real("keda-running-share", &running_share, "SHARE", "Custom strategy: share of running jobs taken off it",
            OptionSink::Range{0, 100});
}

std::unique_ptr<Policy> make_keda(const KedaOptions& options, const Setting& setting) {
  if (options.job_s && !(*options.job_s > 0)) throw usage_error("--keda-job-time: expected more than 0 seconds");
  return std::make_unique<Keda>(options, setting);
}

}  // namespace daybreak::scaling
