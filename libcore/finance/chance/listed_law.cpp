// Laws of values that are listed, with their chances or as they were measured.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "libcore/finance/chance/distribution.h"
#include "libcore/finance/chance/listed_law.h"
#include "libcore/finance/chance/parameters.h"

namespace daybreak::finance {

ListedLaw::ListedLaw(std::vector<double> values, std::vector<double> shares) : values_(std::move(values)), shares_(std::move(shares)) {
  double below = 0;
  for (const double share : shares_) below_.push_back(below += share);
  for (double& one : below_) one = std::min(one / below, 1.0);
  double sum = 0;
  for (std::size_t i = 0; i < values_.size(); ++i) sum += values_[i] * shares_[i];
  mean_ = sum / below;
}

double ListedLaw::quantile(Chance p) const {
  const auto at = std::lower_bound(below_.begin(), below_.end(), p.below);
  return at == below_.end() ? values_.back() : values_[static_cast<std::size_t>(at - below_.begin())];
}

Chance ListedLaw::distribution(double x) const {
  const auto count = std::upper_bound(values_.begin(), values_.end(), x) - values_.begin();
  const double below = count == 0 ? 0 : below_[static_cast<std::size_t>(count) - 1];
  return {below, 1 - below};
}

std::shared_ptr<const Law> ListedLaw::within(double low, double high) const {
  const auto first = std::lower_bound(values_.begin(), values_.end(), low), last = std::upper_bound(first, values_.end(), high);
  const auto from = first - values_.begin(), to = last - values_.begin();
  if (from == to) return nullptr;
  return std::make_shared<ListedLaw>(std::vector(first, last), std::vector(shares_.begin() + from, shares_.begin() + to));
}

namespace {

/// By value, those with no share left out.
Distribution listed(const std::vector<double>& values, const std::vector<double>& shares) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> sorted, weights;
  for (const std::size_t i : order) {
    if (shares[i] == 0) continue;
    if (!sorted.empty() && sorted.back() == values[i]) {
      weights.back() += shares[i];
      continue;
    }
    sorted.push_back(values[i]);
    weights.push_back(shares[i]);
  }
  return Distribution(std::make_shared<ListedLaw>(std::move(sorted), std::move(weights)));
}

}  // namespace

Distribution discrete(std::vector<double> values, std::vector<double> weights) {
  constexpr double kRounding = 1e-9;
  if (values.empty() || values.size() != weights.size())
    throw data_error({}, "discrete: expected as many weights as values, at least one, found " + std::to_string(values.size()) +
                             " values and " + std::to_string(weights.size()) + " weights");
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    require_law(all_finite({values[i], weights[i]}) && weights[i] >= 0, "discrete", "finite values with weights of at least 0",
                {values[i], weights[i]});
    sum += weights[i];
  }
  require_law(std::abs(sum - 1) <= kRounding, "discrete", "weights that add up to 1", {sum});
  return listed(values, weights);
}

Distribution empirical(std::vector<double> values) {
  if (values.empty()) throw data_error({}, "empirical: expected at least one value, found none");
  for (const double one : values) require_law(std::isfinite(one), "empirical", "finite values", {one});
  return listed(values, std::vector<double>(values.size(), 1));
}

}  // namespace daybreak::finance
