#pragma once
// What a simulated cluster is made of, and when it counts as well run.
#include <optional>
#include <vector>

#include "libcore/scaling/control/node_options.h"
#include "libcore/scaling/simulation/node_pool.h"

namespace daybreak::scaling {

struct ClusterOptions : NodeOptions {
  std::optional<double> nodes_peak;      // nodes that serve the peak rate exactly; gives the service rate
  std::vector<double> start_delays_s;    // drawn from where it holds any, instead of start_delay_s, the same region's
  double cross_region_delay_s = 600;
  std::int64_t idle_nodes = 0;           // warm nodes that start at once
  std::int64_t same_region_nodes = 1'000'000;
  std::vector<NodePool> pools;           // where it holds any, instead of the idle, same-region and cross-region nodes
  std::optional<double> mtbf_s;          // mean time between failures of a serving node; absent: none fails
  std::uint64_t seed = 0;                // of drawn delays and failures
  double wait_limit_s = 60;              // a slot is violated at whose end more work waits than is served in this time
  void declare(OptionSink& sink);

  /// The pools in the order in which nodes are taken from them.
  std::vector<NodePool> node_pools() const;
  /// Mean time from request to ready of a node that is not warm, for policies and the optimum.
  double mean_start_delay_s() const;
};

}  // namespace daybreak::scaling
