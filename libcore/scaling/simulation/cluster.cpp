#include "libcore/scaling/simulation/cluster.h"

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
}

Cluster::Cluster(const ClusterOptions& options, std::int64_t initial_nodes) : options_(options), serving_count_(initial_nodes) {
  if (initial_nodes > 0) serving_.push_back({0, Tier::same_region, initial_nodes});
}

std::int64_t Cluster::older_than(double time_s, double age_s) const {
  std::int64_t count = 0;
  for (const Group& group : serving_) {
    if (time_s - group.since_s <= age_s) break;
    count += group.count;
  }
  return count;
}

void Cluster::advance(double time_s) {
  while (!pending_.empty() && pending_.front().since_s <= time_s) {
    serving_.push_back(pending_.front());
    serving_count_ += pending_.front().count;
    pending_count_ -= pending_.front().count;
    pending_.pop_front();
  }
}

std::int64_t Cluster::scale_to(double time_s, std::int64_t desired) {
  const std::int64_t change = desired - serving() - pending();
  if (change < 0) release(-change);
  std::int64_t missing = std::max<std::int64_t>(change, 0);
  for (const auto& [tier, free] : {std::pair{Tier::idle, options_.idle_nodes - idle_used_},
                                   std::pair{Tier::same_region, options_.same_region_nodes - same_used_}}) {
    const std::int64_t taken = std::min(missing, std::max<std::int64_t>(free, 0));
    start(time_s, tier, taken);
    missing -= taken;
  }
  start(time_s, Tier::cross_region, missing);
  return change;
}

void Cluster::start(double time_s, Tier tier, std::int64_t count) {
  if (count == 0) return;
  idle_used_ += tier == Tier::idle ? count : 0;
  same_used_ += tier == Tier::same_region ? count : 0;
  const double delay = tier == Tier::idle ? 0 : tier == Tier::same_region ? options_.start_delay_s : options_.cross_region_delay_s;
  const Group group{time_s + delay, tier, count};
  const auto later = [](const Group& a, const Group& b) { return a.since_s < b.since_s; };
  pending_.insert(std::upper_bound(pending_.begin(), pending_.end(), group, later), group);
  pending_count_ += count;
}

void Cluster::release(std::int64_t count) {
  while (count > 0) {
    const bool cancel = !pending_.empty();  // the one that would come last has cost the least
    Group& group = cancel ? pending_.back() : serving_.front();
    const std::int64_t gone = std::min(count, group.count);
    group.count -= gone;
    count -= gone;
    (cancel ? pending_count_ : serving_count_) -= gone;
    give_back(group.tier, gone);
    if (group.count > 0) continue;
    if (cancel) pending_.pop_back();
    else serving_.pop_front();
  }
}

void Cluster::give_back(Tier tier, std::int64_t count) {
  if (tier == Tier::idle) idle_used_ -= count;
  // The nodes of the beginning were not counted when they came.
  if (tier == Tier::same_region) same_used_ = std::max<std::int64_t>(same_used_ - count, 0);
}

}  // namespace daybreak::scaling
