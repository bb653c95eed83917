#include "libcore/scaling/policies/day_profile.h"

#include <algorithm>
#include <cmath>

#include "libcore/scaling/policies/demand.h"
#include "libcore/scaling/policies/state_numbers.h"

namespace daybreak::scaling {
namespace {

constexpr double kDay = 86400, kStep = 120, kAveraged = 300;

}  // namespace

DayProfile::DayProfile() {
  load_.fill(-1);
}

void DayProfile::add(double time_s, double period_s, double value) {
  const auto step = static_cast<std::int64_t>(std::ceil(time_s / kStep)) - 1;
  if (!started_) {
    started_ = true;
    first_time_s_ = time_s;
    step_ = step;
    average_ = value;
  }
  const double keep = std::exp(-period_s / kAveraged);
  average_ = keep * average_ + (1 - keep) * value;
  load_[place(step)] = average_;
  // Periods may be longer than steps, and metrics may have been away for a while.
  for (std::int64_t between = std::max(step_ + 1, step - kSteps + 1); between < step; ++between) load_[place(between)] = average_;
  step_ = std::max(step_, step);
}

double DayProfile::at(double time_s) const {
  const double ends = time_s / kStep - 1, below = std::floor(ends), share = ends - below;
  const auto step = static_cast<std::int64_t>(below);
  const double from = load_[place(step)], to = load_[place(step + 1)];
  return from < 0 || to < 0 ? -1 : from + share * (to - from);
}

double DayProfile::rise(double time_s, double horizon_s) const {
  const double then = time_s - kDay;
  if (then < first_time_s_ || horizon_s > kDay / 2) return 0;
  const double now = at(then + kAveraged), later = at(then + kAveraged + horizon_s);  // an average is as old as it is long
  return now < 0 || later < 0 ? 0 : std::log(std::max(later, kLeastLoad) / std::max(now, kLeastLoad));
}

io::Json DayProfile::state() const {
  return io::Json::array(std::initializer_list<io::Json>{started_, first_time_s_, step_, average_, io::Json::array(load_)});
}

void DayProfile::restore(const io::Json& state) {
  started_ = state.at(std::size_t{0}).as_bool();
  first_time_s_ = state.at(1).as_double();
  step_ = state.at(2).as_int();
  average_ = state.at(3).as_double();
  restore_numbers(state.at(4), load_);
}

}  // namespace daybreak::scaling
