#pragma once
// What nodes are charged in the bounds of a slice of capacities.
#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <vector>

#include "libcore/scaling/planning/capacity_columns.h"

namespace daybreak::scaling {

/// Multipliers for the limit on spot nodes beside the best one of a slice, as its multiples.
inline constexpr double kLean[] = {1, 0.98, 1.02, 0.8, 1.25};
inline constexpr std::size_t kCharges = std::size(kLean);

/// The prices that one bound charges, by column, and the columns from each depth on by price for capacity.
struct Charge {
  std::vector<double> prices;
  std::vector<std::vector<std::size_t>> order;
  double at_first = 0;  // for the fewest nodes, whatever they are
};

/// The columns of a slice and the multipliers that bound its plans best.
class SlicePrices {
 public:
  explicit SlicePrices(const PlanRequest& request) : request_(request) {}

  /// For plans of these columns whose capacity lies between both; `fewest` nodes of any kind are needed, infinity where no
  /// number is enough.
  void enter(std::vector<Column> columns, double needed, double most, double fewest);

  const std::vector<Column>& columns() const { return columns_; }
  const std::array<Charge, kCharges>& charges() const { return charges_; }
  /// What any plan of the slice costs at least.
  double bound() const { return counted_charge_ + bound(0, needed_); }
  /// The least that `need` more capacity costs from the columns behind `depth`, under one of charges().
  double bound(const Charge& charge, std::size_t depth, double need) const {
    double cost = 0;
    for (const std::size_t i : charge.order[depth]) {
      if (!(need > 0)) break;
      const double count = std::min(need / columns_[i].rate, static_cast<double>(columns_[i].capacity));
      cost += count * charge.prices[i];
      need -= count * columns_[i].rate;
    }
    return need > kRounding * needed_ ? kInfinity : cost;
  }

 private:
  void charge(double fewest);
  /// Other multipliers bound better where the nodes chosen so far lean to spot or away from it.
  void set_charges(double multiplier, double count_multiplier, double fewest);
  /// Beyond it a price on demand would be charged below zero.
  double most_multiplier() const;
  /// What the right to a spot node may be charged: the savings, and the charge at which the bound, concave in it, is greatest.
  std::vector<double> spot_multipliers();
  /// The prices of a node alone at which two columns change places, none so high that a node would be charged below zero.
  std::vector<double> count_multipliers(double fewest) const;
  double charged_price(const Column& column, double multiplier, double count_multiplier) const;
  void charge_at(double multiplier, double count_multiplier);
  /// The same under the prices that the columns are charged now.
  double bound(std::size_t depth, double need) const;

  const PlanRequest& request_;
  std::vector<Column> columns_;
  double needed_ = 0, most_ = 0;  // capacity
  std::array<Charge, kCharges> charges_;
  double counted_charge_ = 0;     // what the multiplier of the fewest nodes charges for them
};

}  // namespace daybreak::scaling
