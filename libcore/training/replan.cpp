#include "libcore/training/replan.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "libcore/base/median.h"

namespace daybreak::training {

Replanner::Replanner(std::vector<RankPace> ranks, std::vector<std::int64_t> shares, const ReplanOptions& options)
    : options_(options),
      ranks_(std::move(ranks)),
      shares_(std::move(shares)),
      micro_batches_(std::accumulate(shares_.begin(), shares_.end(), std::int64_t{0})),
      sums_(ranks_.size(), 0),
      paces_(ranks_.size()) {}

/// Adds a step to the sample; true where that is whole.
bool Replanner::sampled(std::span<const double> computed_s) {
  for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += computed_s[i];
  ++steps_;
  return *std::max_element(sums_.begin(), sums_.end()) >= options_.sample_s;
}

/// Takes the sample over; true where the window of every rank that computes is full.
bool Replanner::measure() {
  bool full = true;
  for (std::size_t i = 0; i < ranks_.size(); ++i) {
    if (shares_[i] == 0) continue;
    std::deque<double>& window = paces_[i];
    const double each_s = (sums_[i] / steps_ - ranks_[i].fixed_s) / static_cast<double>(shares_[i]);
    window.push_back(std::max(each_s, 1e-9));
    if (window.size() > options_.window) window.pop_front();
    full = full && window.size() == options_.window;
    ranks_[i].each_s = median({window.begin(), window.end()});
  }
  std::fill(sums_.begin(), sums_.end(), 0);
  steps_ = 0;
  return full;
}

/// The largest standard error of a rank's median over it, as of a normal distribution of the same median deviation.
double Replanner::noise() const {
  double largest = 0;
  for (std::size_t i = 0; i < ranks_.size(); ++i) {
    std::vector<double> deviations;
    for (const double each_s : paces_[i]) deviations.push_back(std::abs(each_s - ranks_[i].each_s));
    if (deviations.empty()) continue;
    const double deviation = 1.4826 * median(deviations);
    largest = std::max(largest, 1.2533 * deviation / std::sqrt(static_cast<double>(deviations.size())) / ranks_[i].each_s);
  }
  return largest;
}

void Replanner::change_to(std::vector<std::int64_t> shares) {
  // Paces depend on the shares a little: whoever shares a host with a rank that waits is faster.
  for (std::deque<double>& window : paces_) window.clear();
  shares_ = std::move(shares);
  const auto window = static_cast<std::int64_t>(options_.window);
  rest_ = changed_before_ && since_change_ <= rest_ + 8 * window ? std::min(2 * rest_, 8 * window) : window;
  changed_before_ = true;
  promising_ = since_change_ = 0;
}

std::optional<std::vector<std::int64_t>> Replanner::after_step(std::span<const double> computed_s) {
  if (!sampled(computed_s)) return std::nullopt;
  ++since_change_;
  if (!measure()) return std::nullopt;
  const double now_s = slowest_compute_s(ranks_, shares_);
  std::vector<std::int64_t> best = best_shares(ranks_, micro_batches_);
  const double gain = 1 - slowest_compute_s(ranks_, best) / now_s;
  promising_ = gain > std::max(options_.gain, 3 * noise()) ? promising_ + 1 : 0;
  if (promising_ < options_.sustained || since_change_ < rest_) return std::nullopt;
  promised_gain_ = gain;
  change_to(std::move(best));
  return shares_;
}

}  // namespace daybreak::training
