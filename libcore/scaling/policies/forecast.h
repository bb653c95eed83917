#pragma once
// What the load may be when a node that is requested now begins to serve.
#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// Exponential smoothing with a damped trend (Holt 1957; Gardner and McKenzie 1985), in time instead of steps so that it
/// means the same for any period.
class DampedTrend {
 public:
  explicit DampedTrend(double smoothing_s) : smoothing_s_(smoothing_s) {}

  void add(double period_s, double value);
  double level() const { return level_; }
  /// The highest value that the level and a rising trend reach within the horizon.
  double peak(double period_s, double horizon_s) const;

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  double smoothing_s_;
  double level_ = -1, trend_ = 0;  // -1: nothing yet; the trend is a period's
};

/// The load of the last 24 hours in steps of 5 minutes.
class DayProfile {
 public:
  DayProfile();
  void add(double time_s, double period_s, double value);
  /// By how much the load rose within the horizon at this time yesterday, at least 1 and at most 1.5; 1 before a day is over.
  double growth(double time_s, double horizon_s) const;

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  static constexpr std::int64_t kSteps = 288;
  double at(double time_s) const;

  std::array<double, kSteps> load_;  // -1: not known
  std::int64_t step_ = 0;            // that is being filled, counted from time 0
  bool started_ = false;
  double first_time_s_ = 0, sum_ = 0, weight_s_ = 0;
};

/// Quantiles of load over forecast, in a histogram of steps of 2 % that forgets half of its weight in 12 hours.
class ErrorQuantiles {
 public:
  void add(double period_s, double ratio);
  /// The smallest ratio that the share `level` of all weight does not exceed; 1 where nothing was added.
  double at(double level) const;

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  static constexpr int kBins = 160;
  std::array<double, kBins> weights_{};
  double total_ = 0, unit_ = 1;  // what is added now; it grows, instead of all weights shrinking
};

/// A forecast of the highest load within the start delay, and how wrong it was.
struct ForecastKind {
  double smoothing_s = 0;
  bool daily = false;  // as it rose yesterday at this time, instead of by its own trend
};

class Forecast {
 public:
  Forecast(const ForecastKind& kind, double horizon_s) : kind_(kind), horizon_s_(horizon_s), trend_(kind.smoothing_s) {}

  void add(double time_s, double period_s, double value, const DayProfile& day);
  double peak() const { return peak_; }
  const ErrorQuantiles& errors() const { return errors_; }

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  struct Made {
    double for_time_s, value;
  };
  ForecastKind kind_;
  double horizon_s_;
  DampedTrend trend_;
  ErrorQuantiles errors_;
  std::deque<Made> made_;  // whose time has not come yet
  double peak_ = 0;
};

}  // namespace daybreak::scaling
