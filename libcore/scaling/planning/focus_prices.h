#pragma once
// Prices of nodes out of billing rows in the FOCUS layout (FinOps Open Cost and Usage Specification).
#include <string>
#include <vector>

#include "libcore/io/input_file.h"
#include "libcore/scaling/planning/regions.h"

namespace daybreak::scaling {

/// Where a price came from.
struct PriceSource {
  std::string region;
  double price_per_hour = 0;
  bool spot = false;
  double hours = 0;
  std::uint64_t rows = 0, skipped = 0;  // skipped: rows of it whose cost or quantity is NULL
};

/// Sets the prices of every region that has a sku: `cost_column` (ListCost, ContractedCost, EffectiveCost or BilledCost) over
/// PricingQuantity, summed over the rows of ChargeCategory Usage with that SkuId, whose RegionId is the region's region_id (or
/// name), whose ProviderName is its provider (where it has one) and whose PricingUnit is Hours. PricingCategory Dynamic gives
/// the spot price, Standard the other. Costs are never added across columns. Error (data) for a column that is missing, a
/// currency other than USD, a number that is none, and a region without such rows that has no price either.
std::vector<PriceSource> take_prices(const io::InputFile& bill, const std::string& cost_column, std::vector<Region>& regions);

}  // namespace daybreak::scaling
