#pragma once
// A cluster as the fluid model sees it: nodes that serve, and nodes on their way.
#include <cstdint>
#include <deque>
#include <optional>

#include "libcore/base/options.h"

namespace daybreak::scaling {

/// Where a node comes from, in the order in which they are started.
enum class Tier { idle, same_region, cross_region };

struct ClusterOptions {
  std::optional<double> nodes_peak;      // nodes that serve the peak rate exactly; gives the service rate
  std::optional<double> service_rate;    // units of work a second and node
  double start_delay_s = 300;            // same region: from request to ready
  double cross_region_delay_s = 600;
  std::int64_t idle_nodes = 0;           // warm nodes that start at once
  std::int64_t same_region_nodes = 1'000'000;
  double start_cost_min = 5;             // node-minutes charged for a start
  double band_low = 0.85, band_high = 0.92;  // utilization
  void declare(OptionSink& sink);
};

/// The nodes of a run: which serve, which are on their way, since when. Nodes that came together are kept together, so that
/// a day of a thousand nodes costs as much as one of ten.
class Cluster {
 public:
  Cluster(const ClusterOptions& options, std::int64_t initial_nodes);

  std::int64_t serving() const { return serving_count_; }
  std::int64_t pending() const { return pending_count_; }
  /// Serving since before `time - age_s`.
  std::int64_t older_than(double time_s, double age_s) const;
  /// Those whose delay is over begin to serve.
  void advance(double time_s);
  /// Starts or releases until `desired` nodes serve or are on their way. What is on its way is canceled first, the last to
  /// come before the others; then the longest serving are released. Returns the change.
  std::int64_t scale_to(double time_s, std::int64_t desired);

 private:
  struct Group {
    double since_s;
    Tier tier;
    std::int64_t count;
  };
  void start(double time_s, Tier tier, std::int64_t count);
  void release(std::int64_t count);
  void give_back(Tier tier, std::int64_t count);

  const ClusterOptions& options_;
  std::deque<Group> serving_;  // by start time
  std::deque<Group> pending_;  // since_s: when they will be ready; by that time
  std::int64_t serving_count_ = 0, pending_count_ = 0;
  std::int64_t idle_used_ = 0, same_used_ = 0;
};

}  // namespace daybreak::scaling
