#pragma once
// The alliance of clouds as a file: where nodes can be had, at what price, how fast and how far away.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// One place that nodes can be started in. Prices in US dollars.
struct Region {
  std::string name, provider;
  std::optional<double> price_per_hour;       // of a node on demand; nothing: to be taken from billing rows
  std::optional<double> spot_price_per_hour;  // nothing: no spot nodes there
  std::int64_t capacity = 0;                  // nodes at most, on demand and spot together
  std::optional<double> service_rate_per_s;   // units of work that one node serves in a second
  double speed = 1;                           // where no rate is given: times the usual rate
  double egress_usd_per_unit = 0;             // for each unit of work that is served there
  double round_trip_ms = 0;
  double availability = 1;                    // share of a node's time in which it serves
  double start_delay_s = 0;
  std::optional<std::string> region_id, sku;  // how billing rows name it
};

inline constexpr const char* kRegionsSchema = "daybreak.regions/1";

/// Reads {"schema":"daybreak.regions/1","regions":[{"name":...,"capacity":...,"price_per_hour":...},...]}. Error (data) with
/// the region's place and name for a missing or unknown member, a name twice, a negative price, a capacity of 0, an
/// availability outside (0, 1], a service rate beside a speed. `where` names the file.
std::vector<Region> read_regions(const io::Json& document, const std::string& where);

/// Units per second that one node of the region serves on average: its rate, or `usual_rate` times its speed, while it is
/// available. Error (usage) where the region has no rate and `usual_rate` is nothing.
double effective_rate(const Region& region, std::optional<double> usual_rate);

}  // namespace daybreak::scaling
