#include "libcore/precision/assignment_item.h"

#include <algorithm>
#include <cmath>

namespace daybreak::precision {

Item usable_options(const std::vector<Choice>& choices, double budget) {
  Item all;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const double share = choices[i].damage == 0 ? 0 : choices[i].damage / budget;  // budget 0: infinite
    if (!(share <= 1)) continue;
    all.push_back({i, choices[i].cost, std::llround(share * static_cast<double>(kBudgetUnits))});
  }
  std::stable_sort(all.begin(), all.end(), [](const ItemOption& x, const ItemOption& y) {
    return x.cost != y.cost ? x.cost < y.cost : x.weight < y.weight;
  });
  Item kept;
  for (const ItemOption& option : all)
    if (kept.empty() || option.weight < kept.back().weight) kept.push_back(option);
  return kept;
}

std::vector<std::size_t> hull_of(const Item& item) {
  std::vector<std::size_t> hull;
  for (std::size_t i = 0; i < item.size(); ++i) {
    while (hull.size() >= 2) {
      const ItemOption &a = item[hull[hull.size() - 2]], &b = item[hull.back()], &c = item[i];
      // b leaves where it lies on or above the line from a to c.
      if (Wide{a.weight - b.weight} * (c.cost - b.cost) > Wide{b.weight - c.weight} * (b.cost - a.cost)) break;
      hull.pop_back();
    }
    hull.push_back(i);
  }
  return hull;
}

}  // namespace daybreak::precision
