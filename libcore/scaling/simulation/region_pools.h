#pragma once
// Regions as the simulator takes nodes from them.
#include <string>
#include <vector>

#include "libcore/scaling/planning/regions.h"
#include "libcore/scaling/simulation/node_pool.h"

namespace daybreak::scaling {

/// One pool a region, in their order, priced in US dollars. `where` names the file. Error (data) for a region without a price, or
/// whose nodes serve another rate than those of other regions: simulated nodes are all alike.
std::vector<NodePool> pools_of(const std::vector<Region>& regions, const std::string& where);

}  // namespace daybreak::scaling
