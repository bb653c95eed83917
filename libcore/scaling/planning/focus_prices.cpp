#include "libcore/scaling/planning/focus_prices.h"

#include "libcore/base/error.h"

namespace daybreak::scaling {
namespace {

class Bill {
 public:
  Bill(const io::CsvTable& table, const std::string& cost_column)
      : table_(table), cost_(column(cost_column)), quantity_(column("PricingQuantity")), unit_(column("PricingUnit")),
        charge_(column("ChargeCategory")), pricing_(column("PricingCategory")), sku_(column("SkuId")), region_(column("RegionId")),
        provider_(column("ProviderName")), currency_(column("BillingCurrency")) {}

  /// The price of the region's hours of one pricing category; no rows: nothing was billed.
  PriceSource price(const Region& region, bool spot) const {
    PriceSource source{region.name, 0, spot};
    double cost = 0;
    for (std::size_t row = 0; row < table_.rows.size(); ++row) {
      if (!belongs(row, region, spot)) continue;
      if (table_.rows[row][currency_] != "USD")
        throw data_error(table_.where(row), "expected costs in USD, found BillingCurrency '" + table_.rows[row][currency_] + "'");
      if (says_nothing(row, cost_) || says_nothing(row, quantity_)) {
        ++source.skipped;
        continue;
      }
      cost += table_.number(row, cost_);
      source.hours += table_.number(row, quantity_);
      ++source.rows;
    }
    if (source.rows == 0) return source;
    if (!(source.hours > 0) || cost < 0)
      throw data_error(table_.name, "region '" + region.name + "': expected hours above 0 at a cost of at least 0, found " +
                                        std::to_string(cost) + " USD for " + std::to_string(source.hours) + " hours");
    source.price_per_hour = cost / source.hours;
    return source;
  }

 private:
  std::size_t column(const std::string& name) const {
    const auto found = table_.column(name);
    if (!found) throw data_error(table_.name, "expected a column " + name, "billing rows in the FOCUS layout have it");
    return *found;
  }
  bool is(std::size_t row, std::size_t column, const std::string& text) const { return table_.rows[row][column] == text; }
  bool says_nothing(std::size_t row, std::size_t column) const { return is(row, column, "NULL") || is(row, column, ""); }
  bool belongs(std::size_t row, const Region& region, bool spot) const {
    return is(row, sku_, *region.sku) && is(row, region_, region.region_id.value_or(region.name)) &&
           (region.provider.empty() || is(row, provider_, region.provider)) && is(row, charge_, "Usage") &&
           (is(row, unit_, "Hours") || is(row, unit_, "Hrs") || is(row, unit_, "Hour")) && is(row, pricing_, spot ? "Dynamic" : "Standard");
  }

  const io::CsvTable& table_;
  std::size_t cost_, quantity_, unit_, charge_, pricing_, sku_, region_, provider_, currency_;
};

}  // namespace

std::vector<PriceSource> take_prices(const io::CsvTable& table, const std::string& cost_column, std::vector<Region>& regions) {
  const Bill bill(table, cost_column);
  std::vector<PriceSource> sources;
  for (Region& region : regions) {
    if (!region.sku) continue;
    for (const bool spot : {false, true}) {
      const PriceSource source = bill.price(region, spot);
      if (source.rows == 0) continue;
      (spot ? region.spot_price_per_hour : region.price_per_hour) = source.price_per_hour;
      sources.push_back(source);
    }
    if (!region.price_per_hour)
      throw data_error(
          table.name,
          "no hours of sku '" + *region.sku + "' in region '" + region.region_id.value_or(region.name) + "' are billed",
          "give region '" + region.name + "' a price_per_hour");
  }
  return sources;
}

}  // namespace daybreak::scaling
