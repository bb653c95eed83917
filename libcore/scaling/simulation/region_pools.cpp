#include "libcore/scaling/simulation/region_pools.h"

#include "libcore/base/error.h"

namespace daybreak::scaling {

std::vector<NodePool> pools_of(const std::vector<Region>& regions, const std::string& where) {
  std::vector<NodePool> pools;
  for (const Region& region : regions) {
    if (!region.price_per_hour) throw data_error(where, "region '" + region.name + "' has no price_per_hour", "add it: costs are in USD");
    if (region.service_rate_per_s || region.speed != 1)
      throw data_error(where, "region '" + region.name + "' has nodes of another speed", "simulate the regions of equal nodes alone");
    pools.push_back({.name = region.name,
                     .provider = region.provider,
                     .price_per_hour = *region.price_per_hour,
                     .capacity = region.capacity,
                     .start_delay_s = region.start_delay_s,
                     .spot_share = region.spot_share,
                     .spot_price_per_hour = region.spot_price_per_hour,
                     .spot_interruptions_per_hour = region.spot_interruptions_per_hour});
  }
  return pools;
}

}  // namespace daybreak::scaling
