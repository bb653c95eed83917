#pragma once
// Averages of a metric over the time just passed.
#include <vector>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// Keeps the values of the latest periods, each taken as constant within its period, and averages them over any stretch of
/// time that ends with the last one. Time that nobody measured counts neither as load nor as idleness.
class RecentAverage {
 public:
  /// The longest stretch that will be asked for.
  explicit RecentAverage(double span_s) : span_s_(span_s) {}

  /// A period that ended at end_s, later than the ones before.
  void add(double end_s, double period_s, double value);
  /// Mean over the last `window_s` seconds; 0 before the first period.
  double over(double window_s) const;

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  struct Period {
    double end_s, length_s, value;
  };
  double span_s_;
  std::vector<Period> periods_;  // in the order of time
};

}  // namespace daybreak::scaling
