#include "libcore/scaling/planning/regions.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/records/members.h"

namespace daybreak::scaling {
namespace {

Region read_region(const io::Json& object, const std::string& where) {
  records::Members members(object, where);
  Region region;
  region.name = members.required_text("name");
  region.provider = members.text("provider").value_or("");
  region.price_per_hour = members.real("price_per_hour", 0);
  region.spot_price_per_hour = members.real("spot_price_per_hour", 0);
  region.capacity = members.required_count("capacity");
  region.service_rate_per_s = members.real("service_rate_per_s", 0, true);
  const std::optional<double> speed = members.real("speed", 0, true);
  region.speed = speed.value_or(1);
  region.egress_usd_per_unit = members.real("egress_usd_per_unit", 0).value_or(0);
  region.round_trip_ms = members.real("round_trip_ms", 0).value_or(0);
  region.availability = members.real("availability", 0, true, 1).value_or(1);
  region.start_delay_s = members.real("start_delay_s", 0);
  region.spot_share = members.real("spot_share", 0, false, 1).value_or(0);
  region.spot_interruptions_per_hour = members.real("spot_interruptions_per_hour", 0).value_or(0);
  region.region_id = members.text("region_id");
  region.sku = members.text("sku");
  members.refuse_others();
  if (region.spot_share > 0 && !region.spot_price_per_hour) members.refuse("expected a spot_price_per_hour beside spot_share");
  if (region.service_rate_per_s && speed) members.refuse("expected either service_rate_per_s or speed, found both");
  return region;
}

}  // namespace

std::vector<Region> read_regions(const io::Json& document, const std::string& where) {
  const io::Json::Array& list = records::read_list(document, kRegionsSchema, "regions", where);
  std::vector<Region> regions;
  for (std::size_t i = 0; i < list.size(); ++i) {
    regions.push_back(read_region(list[i], where + ": regions[" + std::to_string(i) + "]"));
    const auto same = [&](const Region& other) { return other.name == regions.back().name; };
    if (std::any_of(regions.begin(), regions.end() - 1, same))
      throw data_error(where, "two regions are named '" + regions.back().name + "'", "give each its own name");
  }
  return regions;
}

double effective_rate(const Region& region, std::optional<double> usual_rate) {
  if (!region.service_rate_per_s && !usual_rate)
    throw usage_error("region '" + region.name + "' has no service_rate_per_s", "give --service-rate, which its speed multiplies");
  return region.service_rate_per_s.value_or(usual_rate.value_or(0) * region.speed) * region.availability;
}

}  // namespace daybreak::scaling
