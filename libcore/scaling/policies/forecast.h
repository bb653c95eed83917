#pragma once
// What the load may be when a node that is requested now begins to serve.
#include <array>
#include <cstdint>
#include <deque>

#include "libcore/io/json.h"
#include "libcore/scaling/policies/day_profile.h"
#include "libcore/scaling/policies/error_quantiles.h"
#include "libcore/scaling/policies/load_regression.h"

namespace daybreak::scaling {

/// A damped trend on the load itself (Holt 1957; Gardner and McKenzie 1985), in time instead of steps so that it means the
/// same for any period. It knows something after two periods.
class DampedTrend {
 public:
  void add(double period_s, double value);
  double level() const { return level_; }
  /// The highest value that the level and a rising trend reach within the horizon.
  double peak(double period_s, double horizon_s) const;

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  double level_ = -1, trend_ = 0;  // -1: nothing yet; the trend is a period's
};

enum class ForecastKind {
  learned,         // by LoadRegression, and no less than the load is now
  learned_smooth,  // by LoadRegression alone: below a load that will swing back
  trend,           // by DampedTrend
};
constexpr std::size_t kForecastKinds = 3;

/// Forecasts of each kind of the load a start delay ahead, in busy nodes, and how wrong they were.
class Forecasts {
 public:
  explicit Forecasts(double horizon_s) : horizon_s_(horizon_s), regression_(horizon_s) {}

  void add(double time_s, double period_s, double load);
  double load(ForecastKind kind) const { return loads_[static_cast<std::size_t>(kind)]; }
  const ErrorQuantiles& errors(ForecastKind kind) const { return errors_[static_cast<std::size_t>(kind)]; }

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  using Loads = std::array<double, kForecastKinds>;
  struct Made {
    double for_time_s;
    Loads loads;
  };
  double horizon_s_;
  DayProfile day_;
  LoadRegression regression_;
  DampedTrend trend_;
  std::array<ErrorQuantiles, kForecastKinds> errors_;
  std::deque<Made> made_;  // whose time has not come yet
  Loads loads_{};
};

}  // namespace daybreak::scaling
