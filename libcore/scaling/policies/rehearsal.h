#pragma once
// Which headroom a load deserves, learned from what each would have cost.
#include <cstdint>
#include <deque>
#include <vector>

#include "libcore/io/json.h"
#include "libcore/scaling/policies/flap_budget.h"
#include "libcore/scaling/policies/forecast.h"
#include "libcore/scaling/policies/policy.h"
#include "libcore/scaling/policies/recent_peak.h"

namespace daybreak::scaling {

/// How nodes go that nothing needs any more: held for so many times what their next start would cost, and down to the middle
/// of the band or, where eager, at once to the fewest in it.
struct Hold {
  double starts;
  bool eager;
};

/// A way to run a fleet: which forecast to trust and how much to add to it, as indices into the choices of the rehearsal.
struct Manner {
  std::size_t forecast, headroom;
  Hold hold;
};

/// A fleet on paper that follows one manner through the load that really came, in the fluid model of the simulator: nodes
/// start late, work queues. Costs are in node-seconds; older ones count less.
class PaperFleet {
 public:
  explicit PaperFleet(std::int64_t flaps_per_hour) : flaps_(flaps_per_hour) {}

  void begin(std::int64_t nodes) { ready_ = nodes; }
  /// Serves the period that ends now. Work that waits for over a minute at its end is charged `violation_cost`.
  void serve(const Observation& seen, const Setting& setting, double keep, double violation_cost);
  /// Decides at its end, for a load of `demand` (busy nodes) without the fleet's own queue. A reversal is charged `flap_cost`.
  void decide(double time_s, double demand, std::int64_t recent, bool eager, double flap_cost, const Setting& setting);
  double cost() const { return cost_; }

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  struct Start {
    double ready_s;
    std::int64_t count;
  };
  std::int64_t pending() const;

  std::int64_t ready_ = 0;
  std::deque<Start> starts_;
  double queue_ = 0, cost_ = 0;
  FlapBudget flaps_;
};

/// Runs a paper fleet for each manner and tells the cheapest one. No knowledge of the future and no constant of a trace:
/// all it needs is what the fleet and a violation cost.
class Rehearsal {
 public:
  /// A violated period costs as much as `violation_price` periods of the nodes that the mean load keeps busy.
  Rehearsal(const Setting& setting, double violation_price, std::int64_t flaps_per_hour);

  void add(const Observation& seen);

  const Manner& best() const { return manners_[best_]; }
  /// Of the best manner: its forecast, what it adds to it (0.1: a tenth), their sum in busy nodes, and the nodes that it
  /// still holds because they were needed a while ago.
  const Forecast& forecast() const { return forecasts_[best().forecast]; }
  const ForecastKind& kind() const;
  double headroom() const { return headroom_of(best()); }
  double demand() const { return demand_of(best()); }
  std::int64_t recent() const { return recent_[best_]; }
  bool eager() const { return best().hold.eager; }

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  std::size_t headroom_index(const Manner& manner) const;
  double headroom_of(const Manner& manner) const;
  double demand_of(const Manner& manner) const;
  double prior_of(const Manner& manner) const;
  void update_headrooms(const Observation& seen);
  void choose();

  Setting setting_;
  double violation_price_;
  DayProfile day_;
  std::vector<Forecast> forecasts_;
  std::vector<double> headrooms_;  // of each forecast and headroom, now
  // Of each manner:
  std::vector<Manner> manners_;
  std::vector<RecentPeak> peaks_;
  std::vector<std::int64_t> recent_;  // what peaks_ said last
  std::vector<PaperFleet> fleets_;
  double load_ = 0, weight_s_ = 0;     // nodes kept busy, forgotten like the costs; weight_s_ 0: nothing was seen yet
  std::size_t best_ = 0;
};

}  // namespace daybreak::scaling
