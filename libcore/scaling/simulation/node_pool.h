#pragma once
// Where nodes come from, how soon, for how much, and how often they are taken away.
#include <cstdint>
#include <optional>
#include <string>

namespace daybreak::scaling {

/// A pool of equal nodes. Without prices a node-hour costs 60: costs are then in node-minutes.
struct NodePool {
  std::string name = {}, provider = {};
  double price_per_hour = 60;
  std::int64_t capacity = 0;
  std::optional<double> start_delay_s = {};      // from the request of a node to its service; absent: the cluster's, fixed or drawn
  double spot_share = 0;                    // of its nodes, as near as whole nodes come
  std::optional<double> spot_price_per_hour = {};  // absent: as the others
  double spot_interruptions_per_hour = 0;   // of each spot node

  double price(bool spot) const { return spot ? spot_price_per_hour.value_or(price_per_hour) : price_per_hour; }
};

}  // namespace daybreak::scaling
