#pragma once
// The options of one item of an assignment, as the search wants them.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/precision/assignment.h"

namespace daybreak::precision {

__extension__ using Wide = __int128;  // products of two counts

/// Damage is counted in whole units of the budget over this.
inline constexpr std::int64_t kBudgetUnits = std::int64_t{1} << 45;

struct ItemOption {
  std::size_t index;  // in the caller's item
  std::int64_t cost, weight;
  Wide reduced = 0;  // q cost + p weight, less the item's least
};
using Item = std::vector<ItemOption>;  // ascending by cost, strictly descending by weight

/// The choices that fit the budget, without dominated ones, in whole units of the budget.
Item usable_options(const std::vector<Choice>& choices, double budget);

/// The indices of an item's options on its lower convex hull, from the cheapest to the most exact.
std::vector<std::size_t> hull_of(const Item& item);

}  // namespace daybreak::precision
