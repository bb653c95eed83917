#pragma once
// What a policy may know about a cluster. The simulator makes it, and live metrics do; policies cannot tell which.
#include <cstdint>
#include <optional>

namespace daybreak::scaling {

/// A cluster at the end of a period. Metrics that nobody measured are absent, which is not the same as zero.
struct Observation {
  double time_s = 0;           // the end of the period
  double period_s = 60;        // its length
  std::int64_t ready = 0;      // nodes that serve
  std::int64_t pending = 0;    // requested, and not ready
  std::int64_t old = 0;        // of the ready ones: for over 24 hours
  std::optional<double> arrivals = {};     // units of work in the period
  std::optional<double> queue = {};        // units of work that wait at its end
  std::optional<double> utilization = {};  // busy share of the ready nodes in the period
};

/// The metrics that a policy cannot do without.
struct Needs {
  bool arrivals = false, queue = false, utilization = false;
};

}  // namespace daybreak::scaling
