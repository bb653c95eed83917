#include "libcore/scaling/policies/band_rule.h"

#include "libcore/scaling/policies/demand.h"

namespace daybreak::scaling {
namespace {

/// A release waits until the utilization is this far below the band: at its edge it would come back at once.
constexpr double kEdge = 0.985;

}  // namespace

BandNodes nodes_in_band(double demand, const Setting& setting) {
  const std::int64_t fewest = nodes_at(demand, setting.band_high, setting);
  const double most = std::floor(demand / setting.band_low * (1 + 1e-12));
  return {fewest, static_cast<std::int64_t>(std::min(most, static_cast<double>(setting.max_nodes)))};
}

std::int64_t settle(double demand, std::int64_t recent, std::int64_t current, bool eager, const Setting& setting) {
  const BandNodes band = nodes_in_band(demand, setting);
  if (band.fewest > current) return band.fewest;
  const bool low = eager || demand < kEdge * setting.band_low * static_cast<double>(current);
  if (!low || std::max(band.fewest, recent) >= current) return current;
  const std::int64_t middle = nodes_at(demand, (setting.band_low + setting.band_high) / 2, setting);
  return std::max(eager || band.most < band.fewest ? band.fewest : std::min(middle, current), recent);
}

}  // namespace daybreak::scaling
