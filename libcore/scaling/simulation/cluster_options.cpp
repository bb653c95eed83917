#include "libcore/scaling/simulation/cluster_options.h"

#include <algorithm>
#include <numeric>

namespace daybreak::scaling {

void ClusterOptions::declare(OptionSink& sink) {
  constexpr double kMost = 1e9;
  sink.group("Cluster");
  sink.real("nodes-peak", &nodes_peak, "N", "Nodes that just serve the peak rate; gives the service rate", OptionSink::Range{1e-6, kMost});
  NodeOptions::declare(sink);
  sink.duration("cross-region-delay", &cross_region_delay_s, "The same for a node of another region");
  sink.count("idle-nodes", &idle_nodes, "N", "Warm nodes, which serve at once", OptionSink::Range{0, kMost});
  sink.count("same-region-nodes", &same_region_nodes, "N", "Nodes to be had in the same region", OptionSink::Range{0, kMost});
  sink.duration("mtbf", &mtbf_s, "Mean time between failures of a node; they come at random");
  sink.duration("wait-limit", &wait_limit_s, "A slot is violated at whose end more work waits than is served in this time");
}

std::vector<NodePool> ClusterOptions::node_pools() const {
  if (!pools.empty()) return pools;
  constexpr std::int64_t kEndless = 1'000'000'000;
  NodePool idle{.name = "idle", .capacity = idle_nodes, .start_delay_s = 0};
  NodePool same{.name = "same region", .capacity = same_region_nodes};
  NodePool cross{.name = "cross region", .capacity = kEndless, .start_delay_s = cross_region_delay_s};
  return {idle, same, cross};
}

double ClusterOptions::mean_start_delay_s() const {
  double own = start_delay_s;
  if (!start_delays_s.empty())
    own = std::accumulate(start_delays_s.begin(), start_delays_s.end(), 0.0) / static_cast<double>(start_delays_s.size());
  if (pools.empty()) return own;
  const auto first = std::find_if(pools.begin(), pools.end(), [](const NodePool& pool) { return pool.start_delay_s != 0; });
  return first == pools.end() ? 0 : first->start_delay_s.value_or(own);
}

}  // namespace daybreak::scaling
