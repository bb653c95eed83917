#pragma once
// A rule that decides how many nodes there should be.
#include <cstdint>
#include <optional>
#include <string_view>

#include "libcore/io/json.h"
#include "libcore/scaling/control/observation.h"
#include "libcore/scaling/control/recommendation.h"

namespace daybreak::scaling {

/// What a policy knows about its cluster beforehand.
struct Setting {
  double service_rate = 1;    // units of work a second and node
  double period_s = 60;       // between two decisions
  double start_delay_s = 300;
  double start_cost_s = 300;  // charge for a start, in node-seconds, beside the delay that is billed
  double band_low = 0.85, band_high = 0.92;  // utilization
  std::int64_t min_nodes = 1, max_nodes = 1'000'000;
  std::optional<std::int64_t> peak_nodes;  // what the peak of the trace needs; a live controller does not know it
};

/// One rule with its own memory. Called once at the end of each period, with all metrics that it needs() present and possible.
class Policy {
 public:
  virtual ~Policy() = default;
  virtual std::string_view name() const = 0;
  virtual Needs needs() const = 0;
  /// Nodes that serve at the beginning, for a rule that knows; else what the first period needs.
  virtual std::optional<std::int64_t> initial_nodes() const { return std::nullopt; }
  /// Does not allocate in the long run, for replays decide a million times a second.
  virtual Recommendation decide(const Observation& seen) = 0;
  /// All that later decisions depend on, of bounded size; restore() of it goes on bit for bit.
  virtual io::Json state() const { return io::Json::object(); }
  virtual void restore(const io::Json&) {}
};

}  // namespace daybreak::scaling
