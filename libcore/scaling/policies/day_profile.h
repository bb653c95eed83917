#pragma once
// What the load was yesterday.
#include <array>
#include <cstdint>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// The load of the last 24 hours, averaged over about 5 minutes so that noise does not look like a rise, in steps of 2.
class DayProfile {
 public:
  DayProfile();
  void add(double time_s, double period_s, double value);
  /// log(load at the horizon's end / load now) of this time yesterday; 0 before a day is over.
  double rise(double time_s, double horizon_s) const;

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  static constexpr std::int64_t kSteps = 720;
  static std::size_t place(std::int64_t step) { return static_cast<std::size_t>(((step % kSteps) + kSteps) % kSteps); }
  double at(double time_s) const;

  std::array<double, kSteps> load_;  // the average at each step's end; -1: not known
  std::int64_t step_ = 0;            // the last one that is known, counted from time 0
  bool started_ = false;
  double first_time_s_ = 0, average_ = 0;
};

}  // namespace daybreak::scaling
