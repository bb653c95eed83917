#include "libcore/scaling/planning/slice_prices.h"

#include <algorithm>
#include <utility>

namespace daybreak::scaling {

void SlicePrices::enter(std::vector<Column> columns, double needed, double most, double fewest) {
  columns_ = std::move(columns);
  needed_ = needed;
  most_ = most;
  charge(fewest);
}

/// Sets the charged prices by the multipliers that bound best, and the order of the columns by them: one for the limit on spot
/// nodes, one for the fewest nodes.
void SlicePrices::charge(double fewest) {
  if (fewest == kInfinity) {
    counted_charge_ = kInfinity;
    return;
  }
  std::vector<Column> best;
  double best_bound = -1, best_charge = 0, best_multiplier = 0;
  for (const double multiplier : spot_multipliers()) {
    charge_at(multiplier, 0);
    for (const double count_multiplier : count_multipliers(fewest)) {
      charge_at(multiplier, count_multiplier);
      const double value = fewest * count_multiplier + bound(0, needed_);
      if (value < best_bound) continue;
      best_bound = value;
      best_charge = fewest * count_multiplier;
      best_multiplier = multiplier;
      best = columns_;
    }
  }
  columns_ = best;
  counted_charge_ = best_charge;
  set_charges(best_multiplier, fewest > 0 ? best_charge / fewest : 0, fewest);
}

void SlicePrices::set_charges(double multiplier, double count_multiplier, double fewest) {
  for (std::size_t k = 0; k < kCharges; ++k) {
    Charge& charge = charges_[k];
    charge.prices.clear();
    const double leaning = std::min(multiplier * kLean[k], most_multiplier());
    for (const Column& column : columns_) charge.prices.push_back(charged_price(column, leaning, 0));
    // No node may be charged below zero: a bound that buys the least would then be none.
    const double per_node = std::min(count_multiplier, *std::min_element(charge.prices.begin(), charge.prices.end()));
    for (double& price : charge.prices) price -= per_node;
    charge.at_first = fewest * per_node;
    charge.order.assign(columns_.size() + 1, {});
    for (std::size_t depth = 0; depth < columns_.size(); ++depth) {
      auto& order = charge.order[depth];
      for (std::size_t i = depth; i < columns_.size(); ++i) order.push_back(i);
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return charge.prices[a] * columns_[b].rate < charge.prices[b] * columns_[a].rate;
      });
    }
  }
}

double SlicePrices::most_multiplier() const {
  double most = kInfinity;
  if (request_.max_spot_share > 0)
    for (const Column& column : columns_) most = std::min(most, column.price / request_.max_spot_share);
  return most;
}

std::vector<double> SlicePrices::spot_multipliers() {
  const double most = most_multiplier();
  std::vector<double> multipliers{0};
  for (const Column& column : columns_) {
    const auto& spot = request_.sites[column.site].spot_price;
    if (spot && *spot < column.price) multipliers.push_back(std::min(column.price - *spot, most));
  }
  double low = 0, high = *std::max_element(multipliers.begin(), multipliers.end());
  const auto bound_at = [&](double multiplier) {
    charge_at(multiplier, 0);
    return bound(0, needed_);
  };
  for (int step = 0; step < 60 && high > 0; ++step) {
    const double third = (high - low) / 3;
    if (bound_at(low + third) < bound_at(high - third)) low += third;
    else high -= third;
  }
  multipliers.push_back((low + high) / 2);
  return multipliers;
}

std::vector<double> SlicePrices::count_multipliers(double fewest) const {
  std::vector<double> multipliers{0};
  if (fewest == 0) return multipliers;
  double most = kInfinity;
  for (const Column& column : columns_) most = std::min(most, column.charged);
  for (const Column& a : columns_)
    for (const Column& b : columns_)
      if (a.rate < b.rate) {
        const double even = (a.charged * b.rate - b.charged * a.rate) / (b.rate - a.rate);
        if (even > 0 && even < most) multipliers.push_back(even);
      }
  multipliers.push_back(most);
  return multipliers;
}

double SlicePrices::charged_price(const Column& column, double multiplier, double count_multiplier) const {
  const double share = request_.max_spot_share;
  const Site& site = request_.sites[column.site];
  double price = site.price - multiplier * share;
  if (site.spot_price) price = std::min(price, *site.spot_price + multiplier * (1 - share));
  return price + kSecondsPerHour * site.egress_usd_per_unit * request_.load_per_s * site.rate / most_ - count_multiplier;
}

void SlicePrices::charge_at(double multiplier, double count_multiplier) {
  for (Column& column : columns_) column.charged = std::max(charged_price(column, multiplier, count_multiplier), 0.0);
  std::stable_sort(columns_.begin(), columns_.end(),
                   [](const Column& a, const Column& b) { return a.charged * b.rate < b.charged * a.rate; });
}

double SlicePrices::bound(std::size_t depth, double need) const {
  double cost = 0;
  for (; depth < columns_.size() && need > 0; ++depth) {
    const Column& column = columns_[depth];
    const double count = std::min(need / column.rate, static_cast<double>(column.capacity));
    cost += count * column.charged;
    need -= count * column.rate;
  }
  // What is left of a subtraction is not a need.
  return need > kRounding * needed_ ? kInfinity : cost;
}

}  // namespace daybreak::scaling
