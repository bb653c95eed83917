// Prices out of billing rows: which rows count, and what is refused.
#include <cstdlib>
#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/scaling/planning/focus_prices.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

using namespace daybreak;
using namespace daybreak::scaling;
using Catch::Matchers::Contains;

namespace {

const std::string kHeader =
    "BillingCurrency,ChargeCategory,EffectiveCost,ListCost,PricingCategory,PricingQuantity,PricingUnit,ProviderName,RegionId,Id,SkuId\n";

/// A bill of these rows, by the scaling room's reader.
std::vector<PriceSource> prices_of(const std::string& text, const std::string& cost_column, std::vector<Region>& regions) {
  const test_support::ScratchFolder scratch;
  return take_prices(io::InputFile(scratch.file("bill.csv", text)), cost_column, regions);
}

Region region(const std::string& sku, std::optional<double> price = std::nullopt) {
  Region one;
  one.name = "west";
  one.capacity = 1;
  one.sku = sku;
  one.price_per_hour = price;
  return one;
}

}  // namespace

TEST_CASE("a price is the cost of the sku's hours in the region over their number") {
  const std::string table = kHeader +
                          "USD,Usage,1,3,Standard,1,Hours,P,west,7,X\n"
                          "USD,Usage,2,5,Standard,3,Hours,P,west,8,X\n"
                          "USD,Usage,9,9,Standard,NULL,Hours,P,west,8,X\n"
                          "USD,Usage,1,1,Dynamic,2,Hours,P,west,8,X\n"
                          "USD,Credit,-9,-9,Standard,1,Hours,P,west,8,X\n"
                          "USD,Usage,9,9,Standard,1,GB,P,west,8,X\n"
                          "USD,Usage,9,9,Standard,1,Hours,P,east,8,X\n"
                          "EUR,Usage,9,9,Standard,1,Hours,P,west,8,Y\n";
  std::vector<Region> regions{region("X")};
  const auto sources = prices_of(table, "ListCost", regions);
  CHECK(regions[0].price_per_hour == 2);
  CHECK(regions[0].spot_price_per_hour == 0.5);
  REQUIRE(sources.size() == 2);
  CHECK(sources[0].hours == 4);
  CHECK(sources[0].rows == 2);
  CHECK(sources[0].skipped == 1);
  prices_of(table, "EffectiveCost", regions);
  CHECK(regions[0].price_per_hour == 0.75);
  regions = {region("Y")};
  CHECK_THROWS_WITH(prices_of(table, "ListCost", regions), Contains("found BillingCurrency 'EUR'"));
  regions = {region("Z")};
  CHECK_THROWS_WITH(prices_of(table, "ListCost", regions), Contains("no hours of sku 'Z' in region 'west'"));
  regions = {region("Z", 4)};
  CHECK(prices_of(table, "ListCost", regions).empty());
  CHECK(regions[0].price_per_hour == 4);
  CHECK_THROWS_WITH(prices_of("A,B\n1,2\n", "ListCost", regions), Contains("expected a column ListCost"));
}

TEST_CASE("the sample of the FinOps foundation prices an instance as its description says") {
  const char* data = std::getenv("DAYBREAK_DATA");
  const std::string path = std::string(data != nullptr ? data : "") + "/finance/focus-1.0-sample.csv.zst";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: no " + path);
    return;
  }
  std::vector<Region> regions{region("H9ZN7EUEHC2S7YH5")};
  regions[0].region_id = "us-east-1";
  regions[0].provider = "AWS";
  take_prices(io::InputFile(path), "ListCost", regions);
  CHECK(std::abs(*regions[0].price_per_hour - 0.34) < 1e-9);  // "$0.34 per On Demand Linux c5.2xlarge Instance Hour"
}
