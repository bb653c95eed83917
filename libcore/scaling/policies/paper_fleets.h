#pragma once
// Fleets on paper: what other ways to run a fleet would have cost.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "libcore/io/json.h"
#include "libcore/scaling/policies/flap_budget.h"
#include "libcore/scaling/policies/policy.h"
#include "libcore/scaling/policies/recent_peak.h"

namespace daybreak::scaling {

/// What a period is charged for, in node-seconds.
struct Charges {
  double keep = 1;      // of all that was charged before: older costs count less
  double late = 0;      // where work waits for the drain time or longer; for less, by the square of the share
  double outside = 0;   // where the utilization is not in the band
  double reversal = 0;  // for a change of direction within half an hour
};

/// Fleets that follow settle() through the load that really came, in the fluid model of the simulator: nodes start late and
/// the last to be started goes first, work queues. Fleet hold * aims + aim runs for demand `aim` and keeps nodes for `hold`
/// times what their next start would cost. All advance in step, an array a quantity.
class PaperFleets {
 public:
  PaperFleets(const Setting& setting, std::span<const double> holds, std::size_t aims, std::int64_t flaps_per_hour);

  std::size_t size() const { return nodes_.size(); }
  void begin(double time_s, std::int64_t nodes);
  /// Serves the period that ends now, in which `work` node-seconds came.
  void serve(double time_s, double period_s, double work, const Charges& charges);
  /// Decides at its end for the demands of the aims (busy nodes), to which each fleet adds its own queue.
  void decide(double time_s, std::span<const double> demands, const Charges& charges);

  double cost(std::size_t fleet) const { return costs_[fleet]; }
  /// What a fleet still holds because it was needed a while ago.
  std::int64_t recent(std::size_t fleet) const { return recent_[fleet]; }

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  using Nodes = std::vector<std::int64_t>;
  struct Decided {
    double time_s;
    Nodes nodes;
  };
  void find_serving(double begin_s);
  void remember(double time_s);
  void move(std::size_t fleet, double time_s, std::int64_t wanted, const Charges& charges);

  Setting setting_;
  Nodes nodes_, serving_, recent_;  // serving_: in the last period
  std::vector<double> queues_, costs_;  // node-seconds
  std::vector<RecentPeak> peaks_;
  std::vector<FlapBudget> flaps_;
  // After each decision of the last start delay: who were there all the time since have started.
  std::deque<Decided> decided_;
};

}  // namespace daybreak::scaling
