#pragma once
// Which headroom a load deserves, learned from what each would have cost.
#include <cstdint>
#include <vector>

#include "libcore/io/json.h"
#include "libcore/scaling/policies/forecast.h"
#include "libcore/scaling/policies/paper_fleets.h"
#include "libcore/scaling/policies/policy.h"

namespace daybreak::scaling {

/// Runs a paper fleet for each forecast, headroom and time for which idle nodes are held, and tells the cheapest one. No
/// knowledge of the future and no constant of a trace: all it needs is what the fleet and late work cost.
class Rehearsal {
 public:
  /// A period in which work waits for a minute costs as much as `violation_price` periods of the nodes that the mean load
  /// keeps busy.
  Rehearsal(const Setting& setting, double violation_price, std::int64_t flaps_per_hour);

  void add(const Observation& seen);

  /// Of the cheapest fleet: its forecast, what it adds to it (0.1: a tenth), their sum in busy nodes, and the nodes that it
  /// still holds because they were needed a while ago.
  ForecastKind kind() const;
  const Forecasts& forecasts() const { return forecasts_; }
  double headroom() const { return headrooms_[aim()]; }
  double demand() const { return demands_[aim()]; }
  std::int64_t recent() const { return fleets_.recent(best_); }

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  std::size_t aim() const { return best_ % demands_.size(); }
  void update_demands();
  void choose();

  Setting setting_;
  double violation_price_;
  Forecasts forecasts_;
  double spread_;  // of headrooms, in what is believed beforehand
  // Of each forecast and headroom, now: what is added to the forecast, exp(-that / spread_), their sum, the cost that is believed.
  std::vector<double> headrooms_, risks_, demands_, priors_;
  PaperFleets fleets_;
  double load_ = 0, weight_s_ = 0;  // nodes kept busy, forgotten like the costs; weight_s_ 0: nothing was seen yet
  std::size_t best_ = 0;
};

}  // namespace daybreak::scaling
