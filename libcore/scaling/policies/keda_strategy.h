#pragma once
// How many jobs KEDA creates for a queue (ScaledJob, spec.scalingStrategy, as its documentation and 2.17 define them).
#include <cstdint>
#include <optional>
#include <string_view>

namespace daybreak::scaling {

enum class KedaStrategy { standard, accurate, eager, custom };

/// What a strategy looks at. Running jobs are all that have not finished, the pending ones included.
struct KedaJobs {
  std::int64_t wanted = 0;     // jobs for all that is queued, never more than `most`
  std::int64_t messages = 0;   // queue length, rounded up: no more jobs than that are created at once
  std::int64_t running = 0, pending = 0;
  std::int64_t fewest = 0, most = 0;  // minReplicaCount, maxReplicaCount
};

struct KedaCustom {
  std::int64_t queue_deduction = 0;
  std::optional<double> running_share = {};  // absent: the standard strategy is taken instead
};

/// "default", "accurate", "eager" or "custom".
KedaStrategy parse_keda_strategy(std::string_view text);

/// How many jobs may be created (at most; below 0: none), and how many are asked for.
struct KedaScale {
  std::int64_t allowed, asked;
};

/// Below the minimum the jobs that are missing to it; else by strategy, jobs of the minimum not counted as running:
///   standard  wanted - running
///   custom    min(wanted - deduction - trunc(share * running), most)
///   accurate  wanted - pending, or most - running where wanted + running - pending exceeds most
///   eager     min(most - running - pending, wanted), and `most` jobs are asked for
KedaScale keda_scale(KedaStrategy strategy, const KedaCustom& custom, const KedaJobs& jobs);

}  // namespace daybreak::scaling
