#pragma once
// How often a fleet may change its mind.
#include <cstdint>
#include <deque>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// Counts reversals (a start within 30 minutes after a release, a release within 30 minutes after a start) over the last
/// hour. A release is allowed only where it and the start that may have to follow it keep within the budget; so starts
/// never wait, and the budget always holds.
class FlapBudget {
 public:
  explicit FlapBudget(std::int64_t per_hour) : per_hour_(per_hour) {}

  /// `desired`, or `current` where going down would be too much. Call once a decision, with increasing times.
  std::int64_t allow(double time_s, std::int64_t current, std::int64_t desired);

  /// Whether the last decision was a reversal.
  bool reversed() const { return reversed_; }

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  bool reverses(double time_s, int direction) const;

  std::int64_t per_hour_;
  std::deque<double> reversals_;  // of the last hour
  bool reversed_ = false;
  int direction_ = 0;
  double last_change_s_ = 0;
};

}  // namespace daybreak::scaling
