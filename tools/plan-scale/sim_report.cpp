#include "tools/plan-scale/sim_report.h"

#include <cmath>

#include "libcore/records/simulation_record.h"
#include "tools/frame/text.h"

namespace daybreak::plan_scale {
namespace {

using namespace scaling;

io::Json trace_record(const Trace& trace) {
  io::Json about;
  about["format"] = trace.format;
  about["columns"] = trace.columns;
  about["rows"] = trace.rows;
  about["span_s"] = trace.span_s;
  about["gaps"] = trace.gaps;
  about["zero_runs"] = trace.zero_runs;
  about["duplicates"] = trace.duplicates;
  about["slot_s"] = trace.slot_s;
  about["resample"] = trace.resample;
  about["peak_per_s"] = trace.peak_rate;
  about["peak_to_mean"] = trace.peak_to_mean;
  return about;
}

io::Json policy_record(const PolicyReport& report, const SimResult& result) {
  io::Json one;
  one["policy"] = report.policy;
  one["cost"] = report.cost;
  one["cost_over_optimum"] = result.optimum.cost > 0 ? io::Json(report.cost / result.optimum.cost) : io::Json();
  one["node_hours"] = report.node_hours;
  one["starts"] = report.starts;
  one["stops"] = report.stops;
  one["failures"] = report.failures;
  one["violated_minutes"] = report.violated_minutes;
  one["violated_share"] = report.violated_share;
  one["band_share"] = report.band_share;
  one["band_feasible_share"] = result.band_feasible_share;
  one["flaps_per_day"] = report.flaps_per_day;
  one["utilization_mean"] = report.utilization_mean;
  one["wait_p50_s"] = report.wait_p50_s;
  one["wait_p95_s"] = report.wait_p95_s;
  one["wait_p99_s"] = report.wait_p99_s;
  one["queue_max"] = report.queue_max;
  return one;
}

std::string rounded(double value, double digits) {
  return frame::number(std::round(value * digits) / digits);
}

}  // namespace

io::Json sim_record(const SimResult& result, const Trace& trace, const ClusterOptions& cluster) {
  io::Json record;
  record["schema"] = records::kSimulationSchema;
  record["model"] = result.model;
  record["trace"] = trace_record(trace);
  record["service_rate_per_s"] = result.service_rate;
  record["optimum"]["cost"] = result.optimum.cost;
  record["optimum"]["method"] = result.optimum.method;
  record["cost_unit"] = result.unit;
  record["start_cost_min"] = cluster.start_cost_min;
  record["wait_limit_s"] = cluster.wait_limit_s;
  record["band"]["low"] = cluster.band_low;
  record["band"]["high"] = cluster.band_high;
  record["warnings"] = io::Json::array(result.warnings);
  for (const PolicyReport& report : result.policies) record["policies"].push_back(policy_record(report, result));
  return record;
}

std::string sim_text(const SimResult& result, const ClusterOptions& cluster) {
  std::vector<std::vector<std::string>> rows{{"policy", "cost (" + result.unit + ")", "over optimum", "violated", "violated min", "in band",
                                              "flaps/day", "utilization", "wait p95", "wait p99"}};
  for (const PolicyReport& r : result.policies)
    rows.push_back({r.policy, rounded(r.cost, 1), result.optimum.cost > 0 ? rounded(r.cost / result.optimum.cost, 1000) : "-",
                    frame::percent(r.violated_share), rounded(r.violated_minutes, 1), frame::percent(r.band_share),
                    rounded(r.flaps_per_day, 10), frame::percent(r.utilization_mean), rounded(r.wait_p95_s, 10) + " s",
                    rounded(r.wait_p99_s, 10) + " s"});
  return frame::table(rows) + "optimum: " + rounded(result.optimum.cost, 1) + " " + result.unit + ", " + result.optimum.method +
         "\nviolated: more waits at the end of a slot than is served in " + frame::number(cluster.wait_limit_s) +
         " s\nany number of nodes: in the band in " + frame::percent(result.band_feasible_share) + " of the time\n";
}

}  // namespace daybreak::plan_scale
