#pragma once
// The nodes of a run: which serve, which are on their way, since when, and from where.
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "libcore/base/random.h"
#include "libcore/scaling/simulation/cluster_options.h"

namespace daybreak::scaling {

/// What the cluster holds of one pool and kind.
struct Holding {
  double price_per_hour = 0;
  std::int64_t nodes = 0;   // serving or on their way
  std::int64_t starts = 0;  // so far
};

/// So many nodes of a holding, which is its place among Cluster::holdings().
struct Released {
  std::size_t holding = 0;
  std::int64_t nodes = 0;
};

/// Nodes that came together are kept together, so that a day of a thousand nodes costs as much as one of ten.
class Cluster {
 public:
  /// The nodes of the beginning serve at once; those that the pools do not have are missing.
  Cluster(const ClusterOptions& options, std::int64_t initial_nodes);

  std::int64_t serving() const { return serving_count_; }
  std::int64_t pending() const { return pending_count_; }
  /// Serving since before `time - age_s`.
  std::int64_t older_than(double time_s, double age_s) const;
  /// Those whose delay is over begin to serve, behind those that serve already.
  void advance(double time_s);
  /// Serving nodes that fail or are interrupted within a period leave at once. Returns how many; `places`, where it is not null,
  /// becomes their places among the serving nodes, the longest serving being 0, in rising order.
  std::int64_t fail(double period_s, std::vector<std::int64_t>* places);
  /// Starts or releases until `desired` nodes serve or are on their way, as far as the pools have nodes. Pools are
  /// asked in their order. What is on its way is canceled first, the last to come before the others; then the longest
  /// serving are released. Returns the change.
  std::int64_t scale_to(double time_s, std::int64_t desired);
  /// The serving nodes that the last scale_to() released, the longest serving first.
  std::span<const Released> released() const { return released_; }
  /// By pool, the plain nodes before the spot nodes.
  std::span<const Holding> holdings() const { return holdings_; }

 private:
  struct Group {
    double since_s;       // of pending ones: when they will be ready
    std::size_t holding;  // two a pool: plain, spot
    std::int64_t count;
  };
  void start(double time_s, std::int64_t count);
  void start_in(std::size_t pool, double time_s, std::int64_t count);
  /// Each node draws its own delay; those of one delay are a group.
  void add_drawn(std::size_t holding, double time_s, std::int64_t count);
  void add_pending(std::size_t holding, double ready_s, std::int64_t count);
  void release(std::int64_t count);
  std::int64_t spot_part(std::size_t pool, std::int64_t count) const;
  std::int64_t free_in(std::size_t pool) const;
  double hazard_per_s(std::size_t holding) const;

  const ClusterOptions& options_;
  std::vector<NodePool> pools_;
  std::vector<Holding> holdings_;
  std::deque<Group> serving_;  // by start time
  std::deque<Group> pending_;  // by the time when they will be ready
  std::int64_t serving_count_ = 0, pending_count_ = 0;
  std::vector<std::int64_t> drawn_;  // by delay: nodes that drew it, 0 between calls
  std::vector<Released> released_;
  RandomStream delays_, failures_;
};

}  // namespace daybreak::scaling
