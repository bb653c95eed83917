#pragma once
// How often a cluster changes its mind.
#include <cstdint>

namespace daybreak::scaling {

/// Counts flaps: changes of the number of nodes against the direction of the last change, within 30 minutes of it.
class FlapCounter {
 public:
  void count(double time_s, std::int64_t change) {
    if (change == 0) return;
    const int direction = change > 0 ? 1 : -1;
    flaps_ += direction == -direction_ && time_s - last_s_ <= kWindow;
    direction_ = direction;
    last_s_ = time_s;
  }
  std::int64_t flaps() const { return flaps_; }

 private:
  static constexpr double kWindow = 30 * 60;
  int direction_ = 0;
  double last_s_ = 0;
  std::int64_t flaps_ = 0;
};

}  // namespace daybreak::scaling
