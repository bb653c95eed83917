#include "libcore/finance/costs/gpu_cluster.h"

#include <cmath>
#include <limits>

#include "libcore/base/error.h"
#include "libcore/finance/flows/present_value.h"
#include "libcore/io/json.h"

namespace daybreak::finance {
namespace {

constexpr double kMonths = 12, kWattsPerKilowatt = 1000, kSecondsPerHour = 3600, kMillion = 1e6;

void require(const char* name, double value, double low, double high, bool above = false) {
  if (value >= low && value <= high && std::isfinite(value) && !(above && value == low)) return;
  throw usage_error(std::string(name) + ": expected " + (above ? "more than " : "at least ") + io::Json(low).dump() +
                    (std::isfinite(high) ? " and at most " + io::Json(high).dump() : "") + ", found " + io::Json(value).dump());
}

void check(const GpuCluster& c) {
  constexpr double kAny = std::numeric_limits<double>::infinity();
  require("gpus", c.gpus, 0, kAny, true);
  require("gpu-price", c.gpu_price_usd, 0, kAny);
  require("interconnect-share", c.interconnect_share, 0, 0.99);
  require("rate", c.rate, -1, kAny, true);
  require("tax-rate", c.tax_rate, 0, 0.99);
  require("gpu-power", c.gpu_power_w, 0, kAny);
  require("idle-power-share", c.idle_power_share, 0, 1);
  require("pue", c.pue, 1, kAny);
  require("power-price", c.power_price_usd_per_kwh, 0, kAny);
  require("colocation", c.colocation_usd_per_kw_month, 0, kAny);
  require("staff", c.staff_usd_per_year, 0, kAny);
  require("maintenance-share", c.maintenance_share, 0, kAny);
  require("utilization", c.utilization, 0, 1, true);
  if (c.tokens_per_s) require("tokens-per-s", *c.tokens_per_s, 0, kAny, true);
  if (c.rent_usd_per_gpu_hour) require("rent-price", *c.rent_usd_per_gpu_hour, 0, kAny, true);
}

double load_kw(const GpuCluster& c) {
  return c.gpus * c.gpu_power_w / kWattsPerKilowatt;
}

void add_capital(const GpuCluster& c, ClusterCost& cost) {
  cost.capital_usd = c.gpus * c.gpu_price_usd / (1 - c.interconnect_share);
  cost.book_values_usd = book_values(cost.capital_usd, c.years, c.depreciation);
  cost.residual_usd = cost.book_values_usd.back();
  cost.tax_shield_usd = tax_shield(cost.book_values_usd, c.tax_rate, c.rate);
  const double residual_today = cost.residual_usd * std::pow(1 + c.rate, -c.years);
  cost.capital_usd_per_year = (cost.capital_usd - cost.tax_shield_usd - residual_today) * capital_recovery_factor(c.rate, c.years);
}

void add_running(const GpuCluster& c, ClusterCost& cost) {
  const double after_tax = 1 - c.tax_rate, drawn = c.idle_power_share + (1 - c.idle_power_share) * c.utilization;
  cost.energy_kwh_per_year = load_kw(c) * c.pue * drawn * kHoursPerYear;
  cost.power_usd_per_year = after_tax * cost.energy_kwh_per_year * c.power_price_usd_per_kwh;
  cost.colocation_usd_per_year = after_tax * load_kw(c) * c.colocation_usd_per_kw_month * kMonths;
  cost.staff_usd_per_year = after_tax * c.staff_usd_per_year;
  cost.maintenance_usd_per_year = after_tax * c.maintenance_share * cost.capital_usd;
  cost.total_usd_per_year = cost.capital_usd_per_year + cost.power_usd_per_year + cost.colocation_usd_per_year + cost.staff_usd_per_year +
                            cost.maintenance_usd_per_year;
}

/// Costs are fixed + variable * utilization, rent is proportional to it.
std::optional<double> break_even(const GpuCluster& c, const ClusterCost& cost) {
  const double after_tax = 1 - c.tax_rate;
  const double variable = after_tax * load_kw(c) * c.pue * (1 - c.idle_power_share) * kHoursPerYear * c.power_price_usd_per_kwh;
  const double fixed = cost.total_usd_per_year - variable * c.utilization;
  const double saved = after_tax * *c.rent_usd_per_gpu_hour * c.gpus * kHoursPerYear - variable;
  if (!(saved > 0) || fixed > saved) return std::nullopt;
  return fixed / saved;
}

}  // namespace

ClusterCost cluster_cost(const GpuCluster& c) {
  check(c);
  ClusterCost cost{};
  add_capital(c, cost);
  add_running(c, cost);
  cost.delivered_gpu_hours_per_year = c.gpus * c.utilization * kHoursPerYear;
  cost.usd_per_gpu_hour = cost.total_usd_per_year / cost.delivered_gpu_hours_per_year;
  if (c.tokens_per_s) cost.usd_per_million_tokens = cost.usd_per_gpu_hour / (*c.tokens_per_s * kSecondsPerHour / kMillion);
  if (c.rent_usd_per_gpu_hour) {
    cost.rent_usd_per_year = (1 - c.tax_rate) * *c.rent_usd_per_gpu_hour * cost.delivered_gpu_hours_per_year;
    cost.break_even_utilization = break_even(c, cost);
  }
  return cost;
}

}  // namespace daybreak::finance
