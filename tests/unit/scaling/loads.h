#pragma once
// Loads made up for tests, and what policies do under them.
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "libcore/scaling/optimum/optimum.h"
#include "libcore/scaling/policies/registry.h"
#include "libcore/scaling/simulation/fluid.h"

namespace daybreak::scaling::cases {

inline Trace trace_of(std::vector<double> arrivals, double slot_s = 60) {
  Trace trace;
  trace.slot_s = slot_s;
  trace.arrivals = std::move(arrivals);
  trace.peak_rate = *std::max_element(trace.arrivals.begin(), trace.arrivals.end()) / slot_s;
  return trace;
}

/// What a made-up day looks like: a daily wave, with what disturbs it.
struct LoadKind {
  std::string name;
  double swing = 0.5;       // of the daily wave
  double noise = 0;         // relative, from slot to slot
  double wander = 0;        // relative, over an hour
  double crowds_a_day = 0;  // flash crowds of one to three times the mean, up in 3 to 20 minutes
  double steps_a_day = 0;   // sudden changes to 0.5 .. 1.5 of the mean
};

inline Trace made_up(const LoadKind& kind, double days, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> even;
  const auto slots = static_cast<std::size_t>(days * 1440);
  std::vector<double> load(slots), crowd(slots, 0.0);
  for (int i = 0; i < static_cast<int>(kind.crowds_a_day * days); ++i) {
    const double begin = even(random) * static_cast<double>(slots), rise = 3 + 17 * even(random);
    const double fade = 30 + 90 * even(random), height = 1 + 2 * even(random);
    for (auto slot = static_cast<std::size_t>(begin); slot < slots; ++slot) {
      const double since = static_cast<double>(slot) - begin;
      crowd[slot] += height * (since < rise ? since / rise : std::exp((rise - since) / fade));
    }
  }
  double wander = 0, step = 1;
  for (std::size_t slot = 0; slot < slots; ++slot) {
    if (even(random) < kind.steps_a_day / 1440) step = 0.5 + even(random);
    wander = std::exp(-1.0 / 60) * wander + std::sqrt(1 - std::exp(-2.0 / 60)) * normal(random);
    const double wave = 1 + kind.swing * std::sin(2 * M_PI * (static_cast<double>(slot) / 1440 - 0.3));
    load[slot] = 2000 * wave * step * (1 + crowd[slot]) * std::exp(kind.wander * wander + kind.noise * normal(random));
  }
  return trace_of(std::move(load));
}

struct Outcome {
  PolicyReport report;
  double over_optimum;
};

inline Outcome outcome_of(const std::string& policy, const Trace& trace, const ClusterOptions& cluster,
                          const PolicyOptions& options = {}) {
  const LimitOptions limits;
  Controller controller(make_policy(policy, options, setting_of(trace, cluster, limits)), limits);
  Outcome outcome{simulate_fluid(trace, cluster, limits, controller, StopToken()), 0};
  std::vector<std::int64_t> demand;
  for (const double arrivals : trace.arrivals)
    demand.push_back(std::max<std::int64_t>(1, nodes_for(arrivals / trace.slot_s, service_rate(cluster, trace) * cluster.band_high)));
  const double slot_min = trace.slot_s / 60;
  outcome.over_optimum =
      outcome.report.cost /
      (slot_min * optimal_cost(demand, (cluster.start_cost_min + cluster.start_delay_s / 60) / slot_min, StopToken()));
  return outcome;
}

inline ClusterOptions cluster_of(double nodes_peak, double start_delay_min) {
  ClusterOptions cluster;
  cluster.nodes_peak = nodes_peak;
  cluster.start_delay_s = start_delay_min * 60;
  cluster.start_cost_min = 5;
  return cluster;
}

/// Feeds a policy the metrics of a fleet that obeys at once, and sometimes not at all.
inline Observation next_seen(std::mt19937_64& random, double time_s, std::int64_t nodes) {
  Observation seen{.time_s = time_s, .ready = nodes, .pending = static_cast<std::int64_t>(random() % 3)};
  seen.arrivals = static_cast<double>(random() % 5000);
  seen.queue = random() % 4 == 0 ? static_cast<double>(random() % 3000) : 0.0;
  seen.utilization = 0.5;
  return seen;
}

/// Whether the policy decides the same when it is saved as text and restored into a new one at every step.
inline bool survives_restarts(const std::string& name, int steps) {
  std::mt19937_64 random(17);
  Setting setting;
  setting.service_rate = 2;
  auto steady = make_policy(name, {}, setting), saved = make_policy(name, {}, setting);
  std::int64_t nodes = 10;
  for (int step = 1; step <= steps; ++step) {
    const Observation seen = next_seen(random, 60.0 * step, nodes);
    const Recommendation a = steady->decide(seen), b = saved->decide(seen);
    if (a.desired != b.desired || a.reason != b.reason) return false;
    for (std::size_t i = 0; i < a.numbers.entries().size(); ++i)
      if (a.numbers.entries()[i].value != b.numbers.entries()[i].value) return false;
    const std::string text = saved->state().dump();
    saved = make_policy(name, {}, setting);
    saved->restore(io::Json::parse(text, "state"));
    if (saved->state().dump() != text) return false;
    nodes = std::max<std::int64_t>(a.desired, 1);
  }
  return true;
}

inline bool slow() {
  return std::getenv("DAYBREAK_SLOW") != nullptr;
}

}  // namespace daybreak::scaling::cases
