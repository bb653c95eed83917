// Paper fleets are what the simulator's fleets do under the same rule.
#include "libcore/scaling/policies/paper_fleets.h"

#include <random>

#include "libcore/scaling/policies/band_rule.h"
#include "libcore/scaling/policies/demand.h"
#include "tests/support/catch.hpp"
#include "tests/unit/scaling/loads.h"

using namespace daybreak;
using namespace daybreak::scaling;
using namespace daybreak::scaling::cases;
using Catch::Matchers::WithinRel;

namespace {

/// Follows settle() for the load of the last period and a headroom, and remembers what a paper fleet would be told.
class Plain : public Policy {
 public:
  Plain(const Setting& setting, double headroom, double hold, std::int64_t flaps)
      : setting_(setting), headroom_(headroom), peak_(hold * (setting.start_delay_s + setting.start_cost_s)), flaps_(flaps) {}
  std::string_view name() const override { return "plain"; }
  Needs needs() const override { return {.arrivals = true, .queue = true}; }

  Recommendation decide(const Observation& seen) override {
    const double demand = arriving_nodes(seen, setting_) * (1 + headroom_);
    const std::int64_t recent = peak_.add(seen.time_s, nodes_at(demand, setting_.band_high, setting_));
    const std::int64_t current = seen.ready + seen.pending;
    return {flaps_.allow(seen.time_s, current, settle(demand + waiting_nodes(seen, setting_), recent, current, setting_)),
            Reason::desired_within_range, {}};
  }

 private:
  Setting setting_;
  double headroom_;
  RecentPeak peak_;
  FlapBudget flaps_;
};

}  // namespace

TEST_CASE("a paper fleet costs what the simulator says, node by node") {
  // Charged with the simulator's own terms only: nodes from their request on, and starts.
  const std::vector<double> headrooms{0.0, 0.1, 0.3}, holds{0, 2};
  for (const double delay_min : {1.0, 5.0, 12.0}) {
    const Trace trace = made_up({.name = "wild", .noise = 0.2, .wander = 0.2, .crowds_a_day = 4}, 2, 77);
    const ClusterOptions cluster = cluster_of(40, delay_min);
    const Setting setting = setting_of(trace, cluster, {});
    PaperFleets fleets(setting, holds, headrooms.size(), 6);
    std::vector<PolicyReport> reports;
    std::vector<std::vector<Observation>> seen;
    for (const double hold : holds) {
      for (const double headroom : headrooms) {
        Controller controller(std::make_unique<Plain>(setting, headroom, hold, 6), {});
        seen.emplace_back();
        reports.push_back(simulate_fluid(trace, cluster, {}, controller, StopToken(),
                                         [&](const SlotReport& slot) { seen.back().push_back(slot.seen); }));
      }
    }
    fleets.begin(seen[0][0].time_s - 60, seen[0][0].ready);
    for (std::size_t slot = 0; slot < trace.arrivals.size(); ++slot) {
      const double load = arriving_nodes(seen[0][slot], setting);
      std::vector<double> demands;
      for (const double headroom : headrooms) demands.push_back(load * (1 + headroom));
      const Charges charges;
      fleets.serve(seen[0][slot].time_s, 60, load * 60, charges);
      fleets.decide(seen[0][slot].time_s, demands, charges);
    }
    for (std::size_t fleet = 0; fleet < fleets.size(); ++fleet) {
      INFO("fleet " << fleet << ", delay " << delay_min);
      CHECK_THAT(fleets.cost(fleet) / 60, WithinRel(reports[fleet].cost, 1e-9));
    }
    CHECK(reports[0].violated_share > 0);  // the load is no easy one
  }
}

TEST_CASE("late work, a missed band and reversals are charged") {
  Setting setting;
  const std::vector<double> holds{0};
  const Charges charges{.late = 1000, .outside = 10, .reversal = 100};
  PaperFleets fleets(setting, holds, 1, 8);
  fleets.begin(0, 10);
  fleets.serve(60, 60, 9 * 60, charges);  // 0.9 of 10 nodes
  CHECK(fleets.cost(0) == 600);
  fleets.serve(120, 60, 8 * 60, charges);  // below the band
  CHECK(fleets.cost(0) == 1210);
  fleets.serve(180, 60, 15 * 60, charges);  // half a minute of the nodes waits: a quarter of the charge
  CHECK(fleets.cost(0) == 1820 + 250);
  fleets.serve(240, 60, 30 * 60, charges);  // more than a minute waits: the whole one, and no more
  CHECK(fleets.cost(0) == 2430 + 250 + 1000);
  fleets.serve(300, 60, 0, charges);
  fleets.decide(300, std::vector<double>{18.4}, charges);  // 19 more nodes for the queue, one start each
  const double up = fleets.cost(0);
  fleets.serve(360, 60, 0, charges);
  const double before = fleets.cost(0);
  fleets.decide(360, std::vector<double>{0.5}, charges);
  CHECK(fleets.cost(0) == before + 100);
  CHECK(up > 3000);
}
