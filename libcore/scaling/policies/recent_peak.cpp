#include "libcore/scaling/policies/recent_peak.h"

namespace daybreak::scaling {

std::int64_t RecentPeak::keep(double time_s, std::int64_t value) {
  constexpr double kRounding = 1 + 1e-12;  // a step that is exactly as old as allowed still counts
  while (!steps_.empty() && steps_.back().value < value) steps_.pop_back();
  if (!steps_.empty() && steps_.back().value == value) steps_.back().time_s = time_s;
  else steps_.push_back({time_s, value});
  while (time_s - steps_.front().time_s > hold_s_ * kRounding) steps_.pop_front();
  return steps_.front().value;
}

io::Json RecentPeak::state() const {
  io::Json steps = io::Json::array();
  for (const Step& step : steps_) steps.push_back(io::Json::array(std::initializer_list<io::Json>{step.time_s, step.value}));
  return steps;
}

void RecentPeak::restore(const io::Json& state) {
  steps_.clear();
  for (const io::Json& step : state.as_array()) steps_.push_back({step.at(std::size_t{0}).as_double(), step.at(1).as_int()});
}

}  // namespace daybreak::scaling
