#include "libcore/finance/costs/gpu_cluster.h"

#include <cmath>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::finance;
using Catch::Matchers::Contains;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

GpuCluster example() {
  GpuCluster cluster;
  cluster.gpus = 8;
  cluster.gpu_price_usd = 30000;
  cluster.rate = 0.08;
  cluster.gpu_power_w = 1200;
  cluster.pue = 1.25;
  cluster.power_price_usd_per_kwh = 0.1;
  cluster.utilization = 0.5;
  cluster.tokens_per_s = 1000;
  cluster.rent_usd_per_gpu_hour = 2.5;
  return cluster;
}

}  // namespace

// Worked out by hand: 1.08^-4 = 0.735029852782...; 240000 * 0.08 / (1 - 1.08^-4) = 72460.99...; 9.6 kW * 1.25 * 8760 h = 105120 kWh.
TEST_CASE("the cost of a cluster, by the year, the delivered hour and the million tokens") {
  const ClusterCost cost = cluster_cost(example());
  const double capital = 240000 * 0.08 / (1 - std::pow(1.08, -4));
  CHECK(cost.capital_usd == 240000);
  CHECK_THAT(cost.capital_usd_per_year, WithinRel(capital, 1e-14));
  CHECK_THAT(cost.energy_kwh_per_year, WithinRel(105120.0, 1e-14));
  CHECK_THAT(cost.power_usd_per_year, WithinRel(10512.0, 1e-14));
  CHECK_THAT(cost.delivered_gpu_hours_per_year, WithinRel(35040.0, 1e-15));
  CHECK_THAT(cost.usd_per_gpu_hour, WithinRel((capital + 10512) / 35040, 1e-14));
  CHECK_THAT(*cost.usd_per_million_tokens, WithinRel((capital + 10512) / 35040 / 3.6, 1e-14));  // 1000 tokens/s are 3.6 million an hour
  CHECK_THAT(*cost.rent_usd_per_year, WithinRel(87600.0, 1e-14));
  CHECK_THAT(*cost.break_even_utilization, WithinRel((capital + 10512) / 175200, 1e-14));
}

TEST_CASE("at the break-even utilization owning costs as much as rent, whatever the power of idle machines") {
  for (const double idle : {1.0, 0.3, 0.0}) {
    for (const double tax : {0.0, 0.21}) {
      GpuCluster cluster = example();
      cluster.idle_power_share = idle;
      cluster.tax_rate = tax;
      cluster.staff_usd_per_year = 20000;
      cluster.colocation_usd_per_kw_month = 150;
      cluster.maintenance_share = 0.02;
      cluster.interconnect_share = 0.19;
      cluster.depreciation.residual_share = 0.1;
      cluster.utilization = *cluster_cost(cluster).break_even_utilization;
      const ClusterCost cost = cluster_cost(cluster);
      CHECK_THAT(cost.total_usd_per_year, WithinRel(*cost.rent_usd_per_year, 1e-13));
    }
  }
}

TEST_CASE("each running cost counts once") {
  GpuCluster cluster = example();
  const double before = cluster_cost(cluster).total_usd_per_year;
  cluster.staff_usd_per_year = 1000;
  CHECK_THAT(cluster_cost(cluster).total_usd_per_year - before, WithinAbs(1000, 1e-9));
  cluster.colocation_usd_per_kw_month = 100;  // 9.6 kW * 12
  CHECK_THAT(cluster_cost(cluster).total_usd_per_year - before, WithinAbs(1000 + 11520, 1e-9));
  cluster.maintenance_share = 0.05;
  CHECK_THAT(cluster_cost(cluster).total_usd_per_year - before, WithinAbs(1000 + 11520 + 12000, 1e-9));
  cluster.interconnect_share = 0.2;
  CHECK_THAT(cluster_cost(cluster).capital_usd, WithinRel(300000.0, 1e-15));
  CHECK_THAT(cluster_cost(cluster).maintenance_usd_per_year, WithinRel(15000.0, 1e-15));
}

// Present values, year by year: what is paid and what comes back, against the yearly cost as an annuity.
TEST_CASE("the yearly cost is the annuity of all payments after tax") {
  GpuCluster cluster = example();
  cluster.tax_rate = 0.25;
  cluster.depreciation = {.method = DepreciationMethod::declining_balance, .residual_share = 0.1};
  const ClusterCost cost = cluster_cost(cluster);
  double value = cost.capital_usd, annuity = 0;
  for (int year = 1; year <= 4; ++year) {
    const double discount = std::pow(1.08, -year);
    const double loss = cost.book_values_usd[static_cast<std::size_t>(year) - 1] - cost.book_values_usd[static_cast<std::size_t>(year)];
    value += discount * (0.75 * 10512 - 0.25 * loss - (year == 4 ? cost.residual_usd : 0));
    annuity += discount;
  }
  CHECK_THAT(cost.total_usd_per_year, WithinRel(value / annuity, 1e-13));
  CHECK_THAT(*cost.rent_usd_per_year, WithinRel(0.75 * 87600, 1e-14));
}

TEST_CASE("where rent is cheaper even at full use, nothing breaks even") {
  GpuCluster cluster = example();
  cluster.rent_usd_per_gpu_hour = 1;
  CHECK_FALSE(cluster_cost(cluster).break_even_utilization);
  cluster.rent_usd_per_gpu_hour = 0.01;  // below the price of power alone
  cluster.idle_power_share = 0;
  CHECK_FALSE(cluster_cost(cluster).break_even_utilization);
}

TEST_CASE("values out of their range are named") {
  const auto refused = [](auto change, const char* what) {
    GpuCluster cluster = example();
    change(cluster);
    CHECK_THROWS_WITH(cluster_cost(cluster), Contains(what));
  };
  refused([](GpuCluster& c) { c.gpus = 0; }, "gpus: expected more than 0");
  refused([](GpuCluster& c) { c.gpu_price_usd = -1; }, "gpu-price: expected at least 0");
  refused([](GpuCluster& c) { c.rate = -1; }, "rate: expected more than -1");
  refused([](GpuCluster& c) { c.pue = 0.9; }, "pue: expected at least 1");
  refused([](GpuCluster& c) { c.utilization = 85; }, "utilization: expected more than 0 and at most 1, found 85");
  refused([](GpuCluster& c) { c.tax_rate = 21; }, "tax-rate");
  refused([](GpuCluster& c) { c.interconnect_share = 1; }, "interconnect-share");
  refused([](GpuCluster& c) { c.tokens_per_s = NAN; }, "tokens-per-s");
  refused([](GpuCluster& c) { c.rent_usd_per_gpu_hour = 0; }, "rent-price");
}
