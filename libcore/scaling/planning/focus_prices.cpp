#include "libcore/scaling/planning/focus_prices.h"

#include "libcore/base/error.h"
#include "libcore/records/focus_rows.h"

namespace daybreak::scaling {
namespace {

using records::FocusRows;

/// What was billed for a region's hours, on demand and spot.
struct Billed {
  Region* region;
  PriceSource standard, spot;
  double standard_cost = 0, spot_cost = 0;
};

class Bill {
 public:
  Bill(FocusRows& rows, const std::string& cost_column)
      : rows_(rows), cost_(rows.column(cost_column)), quantity_(rows.column("PricingQuantity")), unit_(rows.column("PricingUnit")),
        charge_(rows.column("ChargeCategory")), pricing_(rows.column("PricingCategory")), sku_(rows.column("SkuId")),
        region_(rows.column("RegionId")), provider_(rows.column("ProviderName")), billing_currency_(rows.column("BillingCurrency")) {}

  void add(Billed& billed) {
    const bool spot = rows_.text(pricing_) == "Dynamic";
    if (!belongs(*billed.region) || (!spot && rows_.text(pricing_) != "Standard")) return;
    rows_.require_currency(billing_currency_, currency_);
    PriceSource& source = spot ? billed.spot : billed.standard;
    const auto cost = rows_.number(cost_), hours = rows_.number(quantity_);
    if (!cost || !hours) {
      ++source.skipped;
      return;
    }
    (spot ? billed.spot_cost : billed.standard_cost) += *cost;
    source.hours += *hours;
    ++source.rows;
  }

 private:
  bool belongs(const Region& region) const {
    return rows_.text(sku_) == *region.sku && rows_.text(region_) == region.region_id.value_or(region.name) &&
           (region.provider.empty() || rows_.text(provider_) == region.provider) && rows_.text(charge_) == "Usage" &&
           records::is_hours(rows_.text(unit_));
  }

  FocusRows& rows_;
  std::size_t cost_, quantity_, unit_, charge_, pricing_, sku_, region_, provider_, billing_currency_;
  std::string currency_ = "USD";
};

void set_price(PriceSource& source, double cost, const std::string& file) {
  if (!(source.hours > 0) || cost < 0)
    throw data_error(file, "region '" + source.region + "': expected hours above 0 at a cost of at least 0, found " + std::to_string(cost) +
                               " USD for " + std::to_string(source.hours) + " hours");
  source.price_per_hour = cost / source.hours;
}

}  // namespace

std::vector<PriceSource> take_prices(const io::InputFile& file, const std::string& cost_column, std::vector<Region>& regions) {
  std::vector<Billed> all;
  for (Region& region : regions)
    if (region.sku) all.push_back({&region, {region.name, 0, false}, {region.name, 0, true}});
  FocusRows rows(file);
  Bill bill(rows, cost_column);
  while (rows.next())
    for (Billed& billed : all) bill.add(billed);
  std::vector<PriceSource> sources;
  for (Billed& billed : all) {
    Region& region = *billed.region;
    for (PriceSource* source : {&billed.standard, &billed.spot}) {
      if (source->rows == 0) continue;
      set_price(*source, source->spot ? billed.spot_cost : billed.standard_cost, file.name());
      (source->spot ? region.spot_price_per_hour : region.price_per_hour) = source->price_per_hour;
      sources.push_back(*source);
    }
    if (!region.price_per_hour)
      throw data_error(file.name(),
                       "no hours of sku '" + *region.sku + "' in region '" + region.region_id.value_or(region.name) + "' are billed",
                       "give region '" + region.name + "' a price_per_hour");
  }
  return sources;
}

}  // namespace daybreak::scaling
