#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>

#include <unistd.h>

#include "libcore/base/error.h"
#include "libcore/scaling/optimum/optimum.h"
#include "libcore/scaling/policies/registry.h"
#include "libcore/scaling/simulation/fluid.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::WithinRel;

namespace {

io::CsvTable table_of(const std::string& text) {
  const auto path = std::filesystem::temp_directory_path() / ("daybreak-trace-" + std::to_string(getpid()) + ".csv");
  std::ofstream(path) << text;
  const io::CsvTable table = io::read_csv(io::InputFile(path.string()));
  std::filesystem::remove(path);
  return table;
}

Trace constant(std::vector<double> arrivals) {
  Trace trace;
  trace.arrivals = std::move(arrivals);
  trace.peak_rate = *std::max_element(trace.arrivals.begin(), trace.arrivals.end()) / trace.slot_s;
  return trace;
}

PolicyReport replayed(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits, std::unique_ptr<Policy> policy,
                      const std::function<void(const SlotReport&)>& each_slot = nullptr) {
  Controller controller(std::move(policy), limits);
  return simulate_fluid(trace, cluster, limits, controller, StopToken(), each_slot);
}

/// Another road to the same number: each level of the demand pays for its busy slots, and bridges an idle gap if that is
/// cheaper than a new start.
double level_oracle(const std::vector<std::int64_t>& demand, double start) {
  double cost = 0;
  const std::int64_t most = *std::max_element(demand.begin(), demand.end());
  for (std::int64_t level = 1; level <= most; ++level) {
    double gap = 0;
    bool started = false;
    for (const std::int64_t need : demand) {
      if (need < level) {
        ++gap;
        continue;
      }
      // Before its first busy slot a level may run idle since the beginning, or be started.
      cost += 1 + std::min(gap, start);
      gap = 0;
      started = true;
    }
    REQUIRE(started);
  }
  return cost;
}

double brute_force(const std::vector<std::int64_t>& demand, double start, std::int64_t most) {
  double best = 1e300;
  std::vector<std::int64_t> plan(demand.size());
  const std::function<void(std::size_t, double)> extend = [&](std::size_t t, double cost) {
    if (t == demand.size()) {
      best = std::min(best, cost);
      return;
    }
    for (std::int64_t x = demand[t]; x <= most; ++x) {
      plan[t] = x;
      const double rise = t == 0 ? 0 : static_cast<double>(std::max<std::int64_t>(x - plan[t - 1], 0));
      extend(t + 1, cost + static_cast<double>(x) + start * rise);
    }
  };
  extend(0, 0);
  return best;
}

}  // namespace

TEST_CASE("the optimum equals brute force and the level oracle") {
  std::mt19937_64 random(3);
  const StopToken stop;
  for (int round = 0; round < 300; ++round) {
    std::vector<std::int64_t> demand(2 + random() % 5);
    for (auto& need : demand) need = static_cast<std::int64_t>(random() % 4);
    const double start = static_cast<double>(random() % 9) / 2;
    const double found = optimal_cost(demand, start, stop);
    CHECK(found == brute_force(demand, start, 3));
    if (*std::max_element(demand.begin(), demand.end()) > 0) CHECK(found == level_oracle(demand, start));
  }
  for (int round = 0; round < 20; ++round) {
    std::vector<std::int64_t> demand(2000);
    for (auto& need : demand) need = static_cast<std::int64_t>(random() % 50);
    CHECK(optimal_cost(demand, 10, stop) == level_oracle(demand, 10));
  }
}

TEST_CASE("the literal rule follows its table by hand") {
  // threshold 60 s and mu 1: start above 60 * n, release below 42.
  PolicyOptions options;
  const auto rule = make_policy("literal", options, {});
  const auto seen = [](std::int64_t ready, std::int64_t pending, double queue, std::int64_t old = 0) {
    Observation observation{.ready = ready, .pending = pending, .old = old};
    observation.queue = queue;
    return observation;
  };
  CHECK(rule->decide(seen(1, 0, 61)).desired == 2);
  CHECK(rule->decide(seen(1, 0, 60)).desired == 1);
  CHECK(rule->decide(seen(10, 0, 600)).desired == 10);
  CHECK(rule->decide(seen(10, 0, 600.5)).desired == 11);
  CHECK(rule->decide(seen(10, 0, 42)).desired == 10);
  CHECK(rule->decide(seen(10, 0, 41.9)).desired == 9);
  CHECK(rule->decide(seen(10, 2, 0)).desired == 11);
  CHECK(rule->decide(seen(10, 2, 0)).reason == Reason::pending_start);
  CHECK(rule->decide(seen(0, 0, 0)).desired == 0);
  CHECK(rule->decide(seen(0, 0, 0.1)).desired == 1);
  options.literal.age_rule = "guard";
  const auto guard = make_policy("literal", options, {});
  CHECK(guard->decide(seen(10, 0, 0)).desired == 10);
  CHECK(guard->decide(seen(10, 0, 0)).reason == Reason::age_guard);
  CHECK(guard->decide(seen(10, 0, 0, 1)).desired == 9);
  CHECK(guard->decide(seen(10, 1, 0)).desired == 10);
}

TEST_CASE("limits bound what a policy wants, and say so") {
  LimitOptions options;
  options.max_nodes = 20;
  options.cool_down_down_s = 300;
  options.max_starts = 3;
  Limits limits(options);
  const auto wanting = [](std::int64_t desired) { return Recommendation{desired, Reason::desired_within_range, {}}; };
  const auto check = [&](double time, std::int64_t current, std::int64_t wanted, std::int64_t allowed, Reason reason) {
    const Recommendation answer = limits.apply(time, current, wanting(wanted));
    CHECK(answer.desired == allowed);
    CHECK(answer.reason == reason);
  };
  check(0, 10, 12, 12, Reason::desired_within_range);
  check(30, 12, 15, 13, Reason::scale_up_limit);          // one of three starts a minute is left
  check(45, 13, 14, 13, Reason::scale_up_limit);          // none
  check(60, 13, 15, 15, Reason::desired_within_range);    // the first two are a minute old
  check(120, 15, 5, 15, Reason::cool_down);
  check(360, 15, 5, 5, Reason::desired_within_range);
  check(700, 5, 0, 1, Reason::too_few_replicas);
  LimitOptions wide;
  wide.max_nodes = 20;
  Limits capped(wide);
  CHECK(capped.apply(0, 10, wanting(50)).desired == 20);
  CHECK(capped.apply(60, 20, wanting(50)).reason == Reason::too_many_replicas);
  // What was remembered goes on in another process.
  Limits again(options);
  again.restore(io::Json::parse(limits.state().dump(), "state"));
  CHECK(again.state().dump() == limits.state().dump());
}

TEST_CASE("a controller holds where metrics are missing, impossible or old, and forgets nothing") {
  PolicyOptions options;
  Controller controller(make_policy("literal", options, {}), {});
  Observation seen{.time_s = 60, .ready = 10};
  CHECK(controller.decide(seen).reason == Reason::metrics_missing);
  seen.queue = -1;
  CHECK(controller.decide(seen).reason == Reason::metrics_absurd);
  seen.queue = std::numeric_limits<double>::quiet_NaN();
  CHECK(controller.decide(seen).reason == Reason::metrics_absurd);
  CHECK(controller.decide(seen).desired == 10);
  seen.queue = 0;
  CHECK(controller.decide(seen).desired == 9);
  CHECK(controller.decide(seen).reason == Reason::metrics_out_of_order);
  CHECK(controller.decide(seen).desired == 10);
  Controller other(make_policy("literal", options, {}), {});
  other.restore(io::Json::parse(controller.state().dump(), "state"));
  CHECK(other.decide(seen).reason == Reason::metrics_out_of_order);
  options.literal.age_rule = "guard";
  Controller guard(make_policy("literal", options, {}), {});
  CHECK_THROWS_WITH(guard.restore(controller.state()), Catch::Contains("literal-guard"));
}

TEST_CASE("a static fleet at the peak never waits and costs what it costs") {
  const Trace trace = constant({60, 120, 600, 300});
  ClusterOptions cluster;
  cluster.nodes_peak = 10;
  PolicyOptions options;
  options.fixed.nodes = nodes_for(trace.peak_rate, service_rate(cluster, trace));
  const PolicyReport report = replayed(trace, cluster, {}, make_policy("static", options, {}));
  CHECK(report.cost == 40);
  CHECK(report.violated_share == 0);
  CHECK(report.queue_max == 0);
  CHECK(report.starts == 0);
  CHECK_THAT(report.utilization_mean, WithinRel(1080.0 / 2400.0, 1e-15));
}

TEST_CASE("a start serves after its delay and is billed from its request") {
  // mu 1, one node, a queue from the first slot on: one start at each slot end, each ready two slots later.
  const Trace trace = constant({300, 60, 60, 60});
  ClusterOptions cluster;
  cluster.service_rate = 1;
  cluster.start_delay_s = 120;
  cluster.start_cost_min = 7;
  LimitOptions limits;
  limits.max_nodes = 2;
  class OneMore : public Policy {
   public:
    std::string_view name() const override { return "one more"; }
    Needs needs() const override { return {}; }
    std::optional<std::int64_t> initial_nodes() const override { return 1; }
    Recommendation decide(const Observation& seen) override { return {seen.ready + seen.pending + 1, Reason::desired_within_range, {}}; }
  };
  std::vector<std::int64_t> nodes;
  const PolicyReport report =
      replayed(trace, cluster, limits, std::make_unique<OneMore>(), [&](const SlotReport& slot) { nodes.push_back(slot.nodes); });
  CHECK(nodes == std::vector<std::int64_t>{1, 1, 1, 2});
  CHECK(report.cost == 1 + 2 + 2 + 2 + 7);
}

TEST_CASE("no policy is in the band longer than the band can be met") {
  std::mt19937_64 random(11);
  for (int round = 0; round < 20; ++round) {
    std::vector<double> load(500);
    for (double& value : load) value = static_cast<double>(random() % 1000);
    const Trace trace = constant(load);
    ClusterOptions cluster;
    cluster.nodes_peak = 5 + round;
    const double mu = service_rate(cluster, trace), feasible = band_feasible_share(trace, mu, cluster, {});
    PolicyOptions options;
    options.fixed.nodes = nodes_for(trace.peak_rate, mu);
    CHECK(replayed(trace, cluster, {}, make_policy("static", options, {})).band_share <= feasible);
  }
}

TEST_CASE("traces in the layouts of the field") {
  const Trace counts = read_trace(table_of("timestamp,value\n2014-07-01 00:00:00,120\n2014-07-01 00:01:00,60\n2014-07-01 00:04:00,60\n"), {});
  CHECK(counts.arrivals == std::vector<double>{120, 60, 60, 60, 60});
  CHECK(counts.gaps == 1);
  CHECK(counts.rows == 3);
  const Trace rates = read_trace(table_of("model,window_start_s,requests_per_s\na,0,2\na,600,1\nb,0,7\nb,600,8\n"), {"", "b", 300});
  CHECK(rates.arrivals == std::vector<double>{2100, 2100, 2400, 2400});
  CHECK(*parse_timestamp("1404172800000") == 1404172800);
  CHECK(*parse_timestamp("2014-07-01T00:00:00Z") == 1404172800);
}

TEST_CASE("bad traces are refused with their line") {
  const auto reading = [](const char* text) { return read_trace(table_of(text), {}); };
  CHECK_THROWS_WITH(reading("timestamp,value\n0,1\n60,-1\n"), Catch::Contains(":3") && Catch::Contains("at least 0"));
  CHECK_THROWS_WITH(reading("timestamp,value\n0,1\n60,NaN\n"), Catch::Contains(":3"));
  CHECK_THROWS_WITH(reading("timestamp,value\n60,1\n0,1\n"), Catch::Contains("backwards"));
  CHECK_THROWS_WITH(reading("timestamp,value\n60,1\n60,1\n"), Catch::Contains("twice"));
  CHECK_THROWS_WITH(reading("timestamp,value\nyesterday,1\n60,1\n"), Catch::Contains("expected a time"));
  CHECK_THROWS_WITH(reading("timestamp,value\n"), Catch::Contains("two rows"));
  CHECK_THROWS_WITH(reading("a,b\n1,2\n"), Catch::Contains("expected a time column"));
  CHECK_THROWS_WITH(reading("model,window_start_s,requests_per_s\na,0,2\nb,0,1\n"), Catch::Contains("--series: a, b"));
}
