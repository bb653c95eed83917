#include "libcore/scaling/cluster.h"

#include <algorithm>

namespace daybreak::scaling {

void ClusterOptions::declare(OptionSink& sink) {
  constexpr double kMost = 1e9;
  sink.group("Cluster");
  sink.real("nodes-peak", &nodes_peak, "N", "Nodes that just serve the peak rate; gives the service rate", OptionSink::Range{1e-6, kMost});
  sink.real("service-rate", &service_rate, "RATE", "Units of work that a node serves in a second", OptionSink::Range{1e-12, 1e18});
  sink.duration("start-delay", &start_delay_s, "Time from the request of a node to its service");
  sink.duration("cross-region-delay", &cross_region_delay_s, "The same for a node of another region");
  sink.count("idle-nodes", &idle_nodes, "N", "Warm nodes, which serve at once", OptionSink::Range{0, kMost});
  sink.count("same-region-nodes", &same_region_nodes, "N", "Nodes to be had in the same region", OptionSink::Range{0, kMost});
  sink.real("start-cost", &start_cost_min, "MINUTES", "Charge for a start, in node-minutes", OptionSink::Range{0, kMost});
  sink.count("min-nodes", &min_nodes, "N", "Never fewer nodes", OptionSink::Range{0, kMost});
  sink.count("max-nodes", &max_nodes, "N", "Never more nodes", OptionSink::Range{1, kMost});
}

Cluster::Cluster(const ClusterOptions& options, std::int64_t initial_nodes) : options_(options) {
  for (std::int64_t i = 0; i < initial_nodes; ++i) serving_.push_back({0, Tier::same_region});
}

std::int64_t Cluster::older_than(double time_s, double age_s) const {
  return std::count_if(serving_.begin(), serving_.end(), [&](const Node& node) { return time_s - node.since_s > age_s; });
}

void Cluster::advance(double time_s) {
  while (!pending_.empty() && pending_.front().since_s <= time_s) {
    serving_.push_back(pending_.front());
    pending_.pop_front();
  }
}

Tier Cluster::next_tier() const {
  if (idle_used_ < options_.idle_nodes) return Tier::idle;
  return same_used_ < options_.same_region_nodes ? Tier::same_region : Tier::cross_region;
}

void Cluster::release_one() {
  Node gone{};
  if (!pending_.empty()) {
    gone = pending_.back();  // the one that would come last has cost the least
    pending_.pop_back();
  } else {
    gone = serving_.front();
    serving_.pop_front();
  }
  if (gone.tier == Tier::idle) --idle_used_;
  if (gone.tier == Tier::same_region && same_used_ > 0) --same_used_;
}

Decision Cluster::apply(double time_s, Decision decision) {
  const std::int64_t total = serving() + pending();
  decision = std::clamp(total + decision, std::min(options_.min_nodes, total), std::max(options_.max_nodes, total)) - total;
  for (Decision i = 0; i < decision; ++i) {
    const Tier tier = next_tier();
    idle_used_ += tier == Tier::idle;
    same_used_ += tier == Tier::same_region;
    const double delay = tier == Tier::idle ? 0 : tier == Tier::same_region ? options_.start_delay_s : options_.cross_region_delay_s;
    const Node node{time_s + delay, tier};
    pending_.insert(std::upper_bound(pending_.begin(), pending_.end(), node, [](const Node& a, const Node& b) { return a.since_s < b.since_s; }), node);
  }
  for (Decision i = decision; i < 0; ++i) release_one();
  return decision;
}

}  // namespace daybreak::scaling
