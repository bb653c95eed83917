#include "libcore/scaling/policies/recent_average.h"

#include <algorithm>

namespace daybreak::scaling {

void RecentAverage::add(double end_s, double period_s, double value) {
  std::erase_if(periods_, [&](const Period& period) { return period.end_s <= end_s - span_s_; });
  periods_.push_back({end_s, period_s, value});
}

double RecentAverage::over(double window_s) const {
  if (periods_.empty()) return 0;
  const double begin = periods_.back().end_s - window_s;
  double sum = 0, measured = 0;
  for (const Period& period : periods_) {
    const double overlap = period.end_s - std::max(period.end_s - period.length_s, begin);
    if (overlap <= 0) continue;
    sum += period.value * overlap;
    measured += overlap;
  }
  return sum / measured;
}

io::Json RecentAverage::state() const {
  io::Json periods = io::Json::array();
  for (const Period& period : periods_)
    periods.push_back(io::Json::array(std::initializer_list<io::Json>{period.end_s, period.length_s, period.value}));
  return periods;
}

void RecentAverage::restore(const io::Json& state) {
  periods_.clear();
  for (const io::Json& period : state.as_array())
    periods_.push_back({period.at(std::size_t{0}).as_double(), period.at(1).as_double(), period.at(2).as_double()});
}

}  // namespace daybreak::scaling
