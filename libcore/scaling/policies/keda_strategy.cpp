#include "libcore/scaling/policies/keda_strategy.h"

#include <algorithm>

namespace daybreak::scaling {
namespace {

KedaScale by_strategy(KedaStrategy strategy, const KedaCustom& custom, const KedaJobs& jobs, std::int64_t running) {
  switch (strategy) {
    case KedaStrategy::accurate:
      if (jobs.wanted + running - jobs.pending > jobs.most) return {jobs.most - running, jobs.messages};
      return {jobs.wanted - jobs.pending, jobs.messages};
    case KedaStrategy::eager: return {std::min(jobs.most - running - jobs.pending, jobs.wanted), jobs.most};
    case KedaStrategy::custom:
      if (custom.running_share) {
        const auto counted = static_cast<std::int64_t>(static_cast<double>(running) * *custom.running_share);
        return {std::min(jobs.wanted - custom.queue_deduction - counted, jobs.most), jobs.messages};
      }
      break;
    case KedaStrategy::standard: break;
  }
  return {jobs.wanted - running, jobs.messages};
}

}  // namespace

KedaStrategy parse_keda_strategy(std::string_view text) {
  if (text == "accurate") return KedaStrategy::accurate;
  if (text == "eager") return KedaStrategy::eager;
  return text == "custom" ? KedaStrategy::custom : KedaStrategy::standard;
}

KedaScale keda_scale(KedaStrategy strategy, const KedaCustom& custom, const KedaJobs& jobs) {
  if (const std::int64_t missing = jobs.fewest - jobs.running; missing > 0) return {missing, missing};
  return by_strategy(strategy, custom, jobs, jobs.running - jobs.fewest);
}

}  // namespace daybreak::scaling
