#pragma once
// How wrong forecasts were.
#include <array>

#include "libcore/io/json.h"

namespace daybreak::scaling {

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
  int highest_ = 0;  // of the bins that were ever added to
  double total_ = 0, unit_ = 1;  // what is added now; it grows, instead of all weights shrinking
};

}  // namespace daybreak::scaling
