#pragma once
// Total cost of ownership of a GPU cluster, by the year, by the delivered GPU-hour and by the million tokens, beside rent.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/finance/costs/depreciation.h"

namespace daybreak::finance {

inline constexpr double kHoursPerYear = 8760;

/// Money in any one currency, called usd.
struct GpuCluster {
  double gpus = 0;
  double gpu_price_usd = 0;       // of one, with its part of the server
  double interconnect_share = 0;  // of the whole capital cost
  int years = 4;                  // of use
  double rate = 0;                // discount rate a year
  Depreciation depreciation;
  double tax_rate = 0;
  double gpu_power_w = 0;       // of one under load, with its part of the server
  double idle_power_share = 1;  // of that, while nothing is delivered
  double pue = 1;               // power of the building over that of the machines
  double power_price_usd_per_kwh = 0;
  double colocation_usd_per_kw_month = 0;  // for the power under load, without the building's own
  double staff_usd_per_year = 0;
  double maintenance_share = 0;  // of the capital cost, a year
  double utilization = 1;        // share of the hours that are delivered
  std::optional<double> tokens_per_s;             // of one GPU, while it delivers
  std::optional<double> rent_usd_per_gpu_hour;
};

struct ClusterCost {
  double capital_usd, residual_usd;           // at once, and in return at the end
  std::vector<double> book_values_usd;        // at the ends of years 0, 1, ...
  double tax_shield_usd;                      // present value of what depreciation saves in tax
  // A year; what it costs to run after tax.
  double capital_usd_per_year;  // (capital - tax shield - present value of the residual) * capital recovery factor
  double power_usd_per_year, colocation_usd_per_year, staff_usd_per_year, maintenance_usd_per_year;
  double energy_kwh_per_year;
  double total_usd_per_year;
  double delivered_gpu_hours_per_year;
  double usd_per_gpu_hour;                          // delivered
  std::optional<double> usd_per_million_tokens;
  std::optional<double> rent_usd_per_year;          // for the same delivered hours, after tax
  std::optional<double> break_even_utilization;     // above it owning is cheaper than rent; nothing where not even at 1
};

/// All of it. Error (usage) names a value out of its range.
ClusterCost cluster_cost(const GpuCluster& cluster);

}  // namespace daybreak::finance
