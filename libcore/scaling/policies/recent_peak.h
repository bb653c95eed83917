#pragma once
// The highest need of the last while, in memory that does not grow with the while's length.
#include <cstdint>
#include <deque>

#include "libcore/io/json.h"

namespace daybreak::scaling {

/// The largest of the values that are at most `hold_s` old. It keeps falling steps only: a value is forgotten as soon as a
/// later one reaches it. Amortized constant time a value; as many steps as there are different values at most.
class RecentPeak {
 public:
  explicit RecentPeak(double hold_s) : hold_s_(hold_s) {}

  std::int64_t add(double time_s, std::int64_t value) { return hold_s_ > 0 ? keep(time_s, value) : value; }
  void clear() { steps_.clear(); }

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  std::int64_t keep(double time_s, std::int64_t value);

  struct Step {
    double time_s;
    std::int64_t value;
  };
  double hold_s_;
  std::deque<Step> steps_;  // later and smaller ones behind
};

}  // namespace daybreak::scaling
