#pragma once
// A replay slot by slot: what every model of service shares.
#include <span>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/scaling/control/controller.h"
#include "libcore/scaling/simulation/cluster.h"
#include "libcore/scaling/simulation/demand.h"
#include "libcore/scaling/simulation/ledger.h"
#include "libcore/scaling/simulation/report.h"

namespace daybreak::scaling {

/// The nodes, the decisions at the ends of slots and the account of a replay; how slots serve is for the derived model to say.
class SlotModel {
 public:
  /// Begins with the nodes that the policy names, else with those that the first slot needs, within the limits. Error (usage)
  /// as service_rate(). All must outlive the model.
  SlotModel(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits, Controller& controller);
  virtual ~SlotModel() = default;
  SlotModel(const SlotModel&) = delete;

  /// All slots, once. Nodes that fail within a slot serve to its end.
  PolicyReport replay(const StopToken& stop, const EachSlot& each_slot);

 protected:
  struct Served {
    double arrivals = 0, served = 0;  // units of work
    double busy = 0, capacity = 0;    // what was used of what there was, in any unit
    double queue = 0;                 // units of work that wait at the end
    double wait_s = 0;                // mean of what the slot adds to the waits
  };
  virtual Served serve(std::size_t slot, double begin_s, double end_s) = 0;
  /// Where a model that tells its nodes apart wants the places of lost ones (0: the oldest) before lose() is called.
  virtual std::vector<std::int64_t>* lost_places() { return nullptr; }
  virtual void lose(double) {}
  /// The oldest nodes were released.
  virtual void release(double, std::span<const Released>) {}
  /// The trace is at its end.
  virtual void finish() {}

  /// Time in which the serving nodes serve that much; where there are none, longer than anything else.
  double backlog_s(double queue) const;

  static constexpr double kForever = 1e15;  // in reports instead of infinity
  const Trace& trace_;
  Cluster cluster_;
  Ledger ledger_;
  double mu_;  // units of work a second and node

 private:
  Observation observe(const Served& work, double end_s) const;

  Controller& controller_;
};

}  // namespace daybreak::scaling
