#include "libcore/scaling/policies/forecast.h"

#include <algorithm>
#include <cmath>

#include "libcore/scaling/policies/demand.h"
#include "libcore/scaling/policies/state_numbers.h"

namespace daybreak::scaling {
namespace {

constexpr double kTrendMemory = 90, kTrendDamping = 900;  // seconds in which a trend is learned, and in which it fades to 1/e

}  // namespace

void DampedTrend::add(double period_s, double value) {
  const double damped = std::exp(-period_s / kTrendDamping) * trend_, keep = std::exp(-period_s / kTrendMemory);
  if (level_ >= 0) trend_ = (1 - keep) * (value - level_) + keep * damped;
  level_ = value;
}

double DampedTrend::peak(double period_s, double horizon_s) const {
  const double damping = std::exp(-period_s / kTrendDamping);
  const double periods = damping * (1 - std::exp(-horizon_s / kTrendDamping)) / (1 - damping);  // a geometric sum
  return level_ + std::max(0.0, periods * trend_);
}

io::Json DampedTrend::state() const {
  return io::Json::array(std::initializer_list<io::Json>{level_, trend_});
}

void DampedTrend::restore(const io::Json& state) {
  level_ = state.at(std::size_t{0}).as_double();
  trend_ = state.at(1).as_double();
}

void Forecasts::add(double time_s, double period_s, double load) {
  day_.add(time_s, period_s, load);
  regression_.add(time_s, period_s, load, day_.rise(time_s, horizon_s_));
  trend_.add(period_s, load);
  for (; !made_.empty() && made_.front().for_time_s <= time_s; made_.pop_front())
    for (std::size_t i = 0; i < kForecastKinds; ++i) errors_[i].add(period_s, load / std::max(made_.front().loads[i], kLeastLoad));
  const double rise = regression_.rise();
  loads_ = {load * std::exp(std::max(rise, 0.0)), load * std::exp(rise), trend_.peak(period_s, horizon_s_)};
  if (made_.size() < kMostForecasts) made_.push_back({time_s + horizon_s_, loads_});
}

io::Json Forecasts::state() const {
  io::Json made = io::Json::array(), errors = io::Json::array();
  for (const Made& one : made_)
    made.push_back(io::Json::array(std::initializer_list<io::Json>{one.for_time_s, io::Json::array(one.loads)}));
  for (const ErrorQuantiles& one : errors_) errors.push_back(one.state());
  io::Json state = io::Json::object();
  state["day"] = day_.state();
  state["regression"] = regression_.state();
  state["trend"] = trend_.state();
  state["errors"] = std::move(errors);
  state["made"] = std::move(made);
  state["loads"] = io::Json::array(loads_);
  return state;
}

void Forecasts::restore(const io::Json& state) {
  day_.restore(state.at("day"));
  regression_.restore(state.at("regression"));
  trend_.restore(state.at("trend"));
  for (std::size_t i = 0; i < kForecastKinds; ++i) errors_[i].restore(state.at("errors").at(i));
  made_.clear();
  for (const io::Json& one : state.at("made").as_array()) {
    made_.push_back({one.at(std::size_t{0}).as_double(), {}});
    restore_numbers(one.at(1), made_.back().loads);
  }
  restore_numbers(state.at("loads"), loads_);
}

}  // namespace daybreak::scaling
