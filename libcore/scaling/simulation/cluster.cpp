#include "libcore/scaling/simulation/cluster.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace daybreak::scaling {
namespace {

constexpr std::uint64_t kDelayStream = 1, kFailureStream = 2;

}  // namespace

Cluster::Cluster(const ClusterOptions& options, std::int64_t initial_nodes)
    : options_(options),
      pools_(options.node_pools()),
      delays_(options.seed, kDelayStream),
      failures_(options.seed, kFailureStream) {
  for (const NodePool& pool : pools_)
    for (const bool spot : {false, true}) holdings_.push_back({pool.price(spot), 0, 0});
  // Warm nodes are a reserve: the fleet of the beginning takes them last.
  for (const bool warm : {false, true})
    for (std::size_t i = 0; i < pools_.size(); ++i)
      if ((pools_[i].start_delay_s == 0) == warm)
        start_in(i, 0, std::min(free_in(i), initial_nodes - serving() - pending()));
  for (Group& group : pending_) group.since_s = 0;
  for (Holding& holding : holdings_) holding.starts = 0;
  advance(0);
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

std::int64_t Cluster::fail(double period_s, std::vector<std::int64_t>* places) {
  if (places != nullptr) places->clear();
  std::int64_t place = 0, lost = 0;
  for (Group& group : serving_) {
    const std::int64_t end = place + group.count;
    const double rate = hazard_per_s(group.holding) * period_s;  // each node lives for an exponential time
    if (rate > 0) {
      // The number of survivors before the next loss is geometric: one draw a loss, not one a node.
      for (double at = static_cast<double>(place);; ++at) {
        at += std::floor(failures_.exponential() / rate);
        if (at >= static_cast<double>(end)) break;
        if (places != nullptr) places->push_back(static_cast<std::int64_t>(at));
        --group.count;
        ++lost;
      }
    }
    holdings_[group.holding].nodes -= end - place - group.count;
    place = end;
  }
  serving_count_ -= lost;
  if (lost > 0) std::erase_if(serving_, [](const Group& group) { return group.count == 0; });
  return lost;
}

std::int64_t Cluster::scale_to(double time_s, std::int64_t desired) {
  const std::int64_t before = serving() + pending();
  released_.clear();
  if (desired < before) release(before - std::max<std::int64_t>(desired, 0));
  else start(time_s, desired - before);
  return serving() + pending() - before;
}

void Cluster::start(double time_s, std::int64_t count) {
  for (std::size_t i = 0; i < pools_.size() && count > 0; ++i) {
    const std::int64_t taken = std::min(count, free_in(i));
    start_in(i, time_s, taken);
    count -= taken;
  }
}

void Cluster::start_in(std::size_t pool, double time_s, std::int64_t count) {
  if (count <= 0) return;
  const std::int64_t spot = spot_part(pool, count);
  for (const auto& [holding, nodes] : {std::pair{2 * pool, count - spot}, std::pair{2 * pool + 1, spot}}) {
    if (nodes == 0) continue;
    holdings_[holding].nodes += nodes;
    holdings_[holding].starts += nodes;
    const auto& fixed = pools_[pool].start_delay_s;
    if (fixed || options_.start_delays_s.empty()) add_pending(holding, time_s + fixed.value_or(options_.start_delay_s), nodes);
    else add_drawn(holding, time_s, nodes);
  }
}

void Cluster::add_drawn(std::size_t holding, double time_s, std::int64_t count) {
  drawn_.resize(options_.start_delays_s.size());
  std::vector<std::size_t> met;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::size_t delay = delays_.below(drawn_.size());
    if (drawn_[delay]++ == 0) met.push_back(delay);
  }
  for (const std::size_t delay : met)
    add_pending(holding, time_s + options_.start_delays_s[delay], std::exchange(drawn_[delay], 0));
}

void Cluster::add_pending(std::size_t holding, double ready_s, std::int64_t count) {
  const Group group{ready_s, holding, count};
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
    holdings_[group.holding].nodes -= gone;
    if (!cancel) released_.push_back({group.holding, gone});
    if (group.count > 0) continue;
    if (cancel) pending_.pop_back();
    else serving_.pop_front();
  }
}

std::int64_t Cluster::spot_part(std::size_t pool, std::int64_t count) const {
  const std::int64_t plain = holdings_[2 * pool].nodes, spot = holdings_[2 * pool + 1].nodes;
  const double wanted = pools_[pool].spot_share * static_cast<double>(plain + spot + count);
  return std::clamp<std::int64_t>(std::llround(wanted) - spot, 0, count);
}

std::int64_t Cluster::free_in(std::size_t pool) const {
  return pools_[pool].capacity - holdings_[2 * pool].nodes - holdings_[2 * pool + 1].nodes;
}

double Cluster::hazard_per_s(std::size_t holding) const {
  const bool spot = holding % 2 == 1;
  return (options_.mtbf_s ? 1 / *options_.mtbf_s : 0) + (spot ? pools_[holding / 2].spot_interruptions_per_hour / 3600 : 0);
}

}  // namespace daybreak::scaling
