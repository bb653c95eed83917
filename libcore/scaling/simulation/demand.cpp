#include "libcore/scaling/simulation/demand.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"

namespace daybreak::scaling {

double service_rate(const ClusterOptions& cluster, const Trace& trace) {
  if (cluster.nodes_peak.has_value() == cluster.service_rate.has_value())
    throw usage_error("expected either --nodes-peak or --service-rate");
  if (cluster.service_rate) return *cluster.service_rate;
  if (!(trace.peak_rate > 0)) throw usage_error("--nodes-peak: the trace has no load at all", "give --service-rate");
  return trace.peak_rate / *cluster.nodes_peak;
}

std::int64_t nodes_for(double rate, double mu) {
  // A load that fills its nodes exactly must not ask for another one because of rounding.
  constexpr double kMost = 9e18;  // of a 64-bit number
  return static_cast<std::int64_t>(std::min(std::ceil(rate / mu * (1 - 1e-12)), kMost));
}

Setting setting_of(const Trace& trace, const ClusterOptions& cluster, const LimitOptions& limits) {
  const double mu = service_rate(cluster, trace);
  return {.service_rate = mu,
          .period_s = trace.slot_s,
          .start_delay_s = cluster.mean_start_delay_s(),
          .start_cost_s = cluster.start_cost_min * 60,
          .band_low = cluster.band_low,
          .band_high = cluster.band_high,
          .min_nodes = limits.min_nodes,
          .max_nodes = limits.max_nodes,
          .peak_nodes = nodes_for(trace.peak_rate, mu * cluster.band_high)};
}

double band_feasible_share(const Trace& trace, double mu, const ClusterOptions& cluster, const LimitOptions& limits) {
  std::size_t feasible = 0;
  for (const double arrivals : trace.arrivals) {
    const double need = arrivals / trace.slot_s / mu;
    const std::int64_t fewest = std::max({nodes_for(need, cluster.band_high), limits.min_nodes, std::int64_t{1}});
    feasible += fewest <= limits.max_nodes && need >= cluster.band_low * static_cast<double>(fewest) * (1 - 1e-12);
  }
  return static_cast<double>(feasible) / static_cast<double>(trace.arrivals.size());
}

}  // namespace daybreak::scaling
