#pragma once
// How a load goes on, learned from how it went on.
#include <array>
#include <deque>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// That wait for their time: more are not made where a start takes very many periods.
constexpr std::size_t kMostForecasts = 512;

/// Recursive least squares with forgetting (Ljung and Soederstrom, Theory and Practice of Recursive Identification, 1983,
/// chapter 2) for log(load a horizon ahead / load now), from how far the load is above its averages over 90 seconds, 6 and
/// 30 minutes, and how it rose yesterday from this time on. The averages' weights show whether a load carries on (what is
/// above its average goes on rising) or swings back; they differ between loads, so they are learned. A week is remembered.
/// Constant time and memory a period.
class LoadRegression {
 public:
  explicit LoadRegression(double horizon_s) : horizon_s_(horizon_s) { begin(); }

  /// The load of the period that ends now, and log of how it rose yesterday within the horizon (0: not known).
  void add(double time_s, double period_s, double load, double risen_yesterday);
  /// Of the load a horizon ahead over the load now, its logarithm.
  double rise() const { return rise_; }

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  static constexpr std::size_t kAverages = 3, kTerms = kAverages + 2;
  using Terms = std::array<double, kTerms>;
  struct Made {
    double for_time_s, level;
    Terms terms;
  };
  void begin();
  void bound_covariance();
  void learn(const Made& made, double level, double keep);
  double& covariance(std::size_t row, std::size_t column) { return covariance_[row * kTerms + column]; }

  double horizon_s_;
  std::array<double, kAverages> averages_{};
  bool started_ = false;
  Terms weights_{};
  std::array<double, kTerms * kTerms> covariance_;
  std::deque<Made> made_;  // whose time has not come yet
  double rise_ = 0;
};

}  // namespace daybreak::scaling
