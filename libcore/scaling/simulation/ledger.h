#pragma once
// Adds up what a policy does, slot by slot, for either model.
#include <span>
#include <string_view>
#include <vector>

#include "libcore/scaling/simulation/cluster.h"
#include "libcore/scaling/simulation/flap_counter.h"
#include "libcore/scaling/simulation/quantile_sketch.h"
#include "libcore/scaling/simulation/report.h"

namespace daybreak::scaling {

/// Memory does not grow with the slots.
class Ledger {
 public:
  Ledger(const ClusterOptions& options, double slot_s) : options_(options), slot_s_(slot_s) {}

  /// `weight` units of work waited that long.
  void waited(double wait_s, double weight) { waits_.add(wait_s, weight); }
  /// A slot's end: what was served of what could be, what waits, and how long that takes to serve.
  void slot(double served, double capacity, double queue, double backlog_s);
  /// The nodes that a slot is charged for.
  void charge(std::span<const Holding> holdings);
  /// Time of nodes that were released and still finish what they had begun, at that price.
  void drained(double seconds, double price_per_hour);
  void changed(double time_s, std::int64_t change);
  void failed(std::int64_t nodes) { report_.failures += nodes; }

  /// With `holdings` as they are in the end.
  PolicyReport report(std::string_view policy, std::span<const Holding> holdings) const;

 private:
  const ClusterOptions& options_;
  double slot_s_;
  std::int64_t slots_ = 0, violated_ = 0, in_band_ = 0;
  double served_ = 0, capacity_ = 0, drained_s_ = 0, drained_cost_ = 0;
  std::vector<std::int64_t> node_slots_;  // by holding
  FlapCounter flaps_;
  QuantileSketch waits_;
  PolicyReport report_;
};

}  // namespace daybreak::scaling
