#pragma once
// What sim says in the end: as a record, and as a table. A cost never stands without its unit and the violations beside it.
#include <string>
#include <vector>

#include "libcore/io/json.h"
#include "libcore/scaling/optimum/clairvoyant.h"
#include "libcore/scaling/simulation/report.h"

namespace daybreak::plan_scale {

struct SimResult {
  std::string model;  // "fluid" or "events"
  double service_rate = 0;
  std::string unit;   // of all costs
  double band_feasible_share = 0;
  scaling::Clairvoyant optimum = {};
  std::vector<scaling::PolicyReport> policies = {};
  std::vector<std::string> warnings = {};
};

io::Json sim_record(const SimResult& result, const scaling::Trace& trace, const scaling::ClusterOptions& cluster);
std::string sim_text(const SimResult& result, const scaling::ClusterOptions& cluster);

}  // namespace daybreak::plan_scale
