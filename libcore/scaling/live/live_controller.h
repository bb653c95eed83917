#pragma once
// A controller that lives on metrics from outside: their gaps, their age, and what it remembers between processes.
#include <cstdint>
#include <deque>
#include <optional>

#include "libcore/base/options.h"
#include "libcore/scaling/control/controller.h"
#include "libcore/scaling/live/metrics.h"
#include "libcore/scaling/live/rfc3339.h"

namespace daybreak::scaling {

struct LiveOptions {
  double max_age_s = 300;         // older metrics change nothing
  double start_timeout_s = 1800;  // a node that has not come by then is not waited for
  std::optional<std::int64_t> nodes;  // at the beginning, where the metrics do not say how many serve
  std::optional<double> price_per_hour;  // of a node
  bool dry_run = false;
  void declare(OptionSink& sink);
};

/// Turns one line of metrics after the other into a decision record ("daybreak.decision/1").
class LiveController {
 public:
  LiveController(Controller controller, const Setting& setting, const LiveOptions& options)
      : controller_(std::move(controller)), setting_(setting), options_(options) {}

  /// The record of the decision that these metrics lead to. `now_s` is the wall's clock, seconds since 1970: metrics that
  /// are older than max_age_s or lie in the future release nothing, unless a simulator made them.
  /// Error (data, at `where`) where nothing says how many nodes there are.
  io::Json decide(const Metrics& metrics, double now_s, const std::string& where);

  io::Json state() const;
  void restore(const io::Json& state);
  /// The last record, for who asks about the same moment again.
  const io::Json& last_record() const { return last_record_; }

 private:
  struct Start {
    double time_s;
    std::int64_t count;
  };
  std::int64_t known_nodes() const;
  Observation observe(const Metrics& metrics, double time_s) const;
  std::optional<Reason> fault_of(const Metrics& metrics, double now_s) const;
  std::int64_t started_since(double time_s) const;
  void remember(double time_s, std::int64_t current, std::int64_t desired);

  Controller controller_;
  Setting setting_;
  LiveOptions options_;
  std::optional<double> last_time_s_;
  std::deque<Start> starts_;             // that may still be on their way
  io::Json last_record_;  // null: none yet
};

}  // namespace daybreak::scaling
