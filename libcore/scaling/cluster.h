#pragma once
// A cluster in the fluid slot model, and the decisions that a policy may take about it.
#include <cstdint>
#include <deque>
#include <optional>

#include "libcore/base/options.h"

namespace daybreak::scaling {

/// Where a node comes from, in the order in which the literal rule starts them.
enum class Tier { idle, same_region, cross_region };

struct ClusterOptions {
  std::optional<double> nodes_peak;      // nodes that serve the peak rate exactly; gives the service rate
  std::optional<double> service_rate;    // units of work a second and node
  double start_delay_s = 300;            // same region: from request to ready
  double cross_region_delay_s = 600;
  std::int64_t idle_nodes = 0;           // warm nodes that start at once
  std::int64_t same_region_nodes = 1'000'000;
  double start_cost_min = 5;             // node-minutes charged for a start
  std::int64_t min_nodes = 1, max_nodes = 1'000'000;
  double band_low = 0.85, band_high = 0.92;  // utilization
  void declare(OptionSink& sink);
};

/// What a policy sees at the end of a slot.
struct Observation {
  std::int64_t nodes;    // serving
  std::int64_t pending;  // requested and not ready
  double queue;          // units of work waiting
  double arrivals;       // units in the slot that ended
  double service_rate;   // units a second and node
  double slot_s;
  std::int64_t old_nodes;  // serving for over 24 hours
};

/// Nodes to start (positive) or release (negative); the cluster cancels pending starts before it releases.
using Decision = std::int64_t;

/// The nodes of a run: which serve, which are on their way, since when.
class Cluster {
 public:
  Cluster(const ClusterOptions& options, std::int64_t initial_nodes);

  std::int64_t serving() const { return static_cast<std::int64_t>(serving_.size()); }
  std::int64_t pending() const { return static_cast<std::int64_t>(pending_.size()); }
  /// Serving since before `time - age_s`.
  std::int64_t older_than(double time_s, double age_s) const;
  /// Those whose delay is over begin to serve.
  void advance(double time_s);
  /// Applies a decision within the limits. Releases the longest serving first. Returns what was really done.
  Decision apply(double time_s, Decision decision);

 private:
  struct Node {
    double since_s;
    Tier tier;
  };
  Tier next_tier() const;
  void release_one();

  const ClusterOptions& options_;
  std::deque<Node> serving_;  // by start time
  std::deque<Node> pending_;  // since_s: when it will be ready; by that time
  std::int64_t idle_used_ = 0, same_used_ = 0;
};

}  // namespace daybreak::scaling
