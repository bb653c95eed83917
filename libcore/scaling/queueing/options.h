#pragma once
// How the command line gives a queue and what it must reach.
#include <optional>
#include <string>
#include <string_view>

#include "libcore/base/options.h"
#include "libcore/scaling/queueing/queue.h"

namespace daybreak::scaling {

/// "99.9": a percentile. Error (usage) unless above 0 and below 100.
double parse_percentile(std::string_view text);

/// How long arrivals may wait, and how regular they and their service are: for every verb with such an objective.
struct WaitTargetOptions {
  double scv_arrivals = 1, scv_service = 1;
  std::optional<double> target_wait_s;
  std::optional<std::string> target_percentile;  // "95:100ms"
  void declare(OptionSink& sink);
  /// Error (usage) that names the option.
  QueueTarget target() const;
};

struct QueueOptions {
  std::optional<double> arrival_rate, service_rate, service_time_s, patience_s;
  std::optional<std::int64_t> servers;
  WaitTargetOptions wait;
  std::optional<double> target_blocking, target_abandonment;
  void declare(OptionSink& sink);
  /// Error (usage) where one is missing, given twice, or beyond what queue.h can do.
  QueueModel model() const;
  QueueTarget target() const;
};

}  // namespace daybreak::scaling
