#include "libcore/scaling/policies/forecast.h"

#include <algorithm>
#include <cmath>

namespace daybreak::scaling {
namespace {

constexpr double kTrendMemory = 90, kTrendDamping = 900;  // seconds in which a trend is learned, and in which it fades to 1/e
constexpr double kDay = 86400, kDayStep = 300;
constexpr double kMostGrowth = 1.5;  // yesterday is a hint, and no more
constexpr double kErrorStep = 0.02, kErrorMemory = 43200;
constexpr int kErrorNone = 60;                 // the bin that ends at a ratio of 1
constexpr double kErrorFloor = 0.05;           // nodes: below that a ratio says nothing
constexpr std::size_t kMostForecasts = 512;    // in memory, where a start takes very many periods

io::Json numbers(std::initializer_list<io::Json> values) {
  return io::Json::array(values);
}

}  // namespace

void DampedTrend::add(double period_s, double value) {
  if (level_ < 0) {
    level_ = value;
    return;
  }
  const double keep = smoothing_s_ > 0 ? std::exp(-period_s / smoothing_s_) : 0, damped = std::exp(-period_s / kTrendDamping) * trend_;
  const double keep_trend = std::exp(-period_s / kTrendMemory), before = level_;
  level_ = (1 - keep) * value + keep * (before + damped);
  trend_ = (1 - keep_trend) * (level_ - before) + keep_trend * damped;
}

double DampedTrend::peak(double period_s, double horizon_s) const {
  const double damping = std::exp(-period_s / kTrendDamping);
  const double periods = damping * (1 - std::exp(-horizon_s / kTrendDamping)) / (1 - damping);  // a geometric sum
  return level_ + std::max(0.0, periods * trend_);
}

io::Json DampedTrend::state() const {
  return numbers({level_, trend_});
}

void DampedTrend::restore(const io::Json& state) {
  level_ = state.at(std::size_t{0}).as_double();
  trend_ = state.at(1).as_double();
}

DayProfile::DayProfile() {
  load_.fill(-1);
}

void DayProfile::add(double time_s, double period_s, double value) {
  const auto step = static_cast<std::int64_t>(std::floor((time_s - period_s / 2) / kDayStep));
  if (!started_) {
    started_ = true;
    first_time_s_ = time_s;
    step_ = step;
  }
  if (step != step_) {
    const auto place = [](std::int64_t at) { return static_cast<std::size_t>(((at % kSteps) + kSteps) % kSteps); };
    load_[place(step_)] = sum_ / weight_s_;
    // Periods may be longer than steps, and metrics may have been away for a while.
    for (std::int64_t between = std::max(step_ + 1, step - kSteps); between < step; ++between) load_[place(between)] = value;
    step_ = step;
    sum_ = weight_s_ = 0;
  }
  sum_ += value * period_s;
  weight_s_ += period_s;
}

double DayProfile::at(double time_s) const {
  const double place = time_s / kDayStep - 0.5, below = std::floor(place), share = place - below;
  const auto step = static_cast<std::int64_t>(below);
  const auto load = [&](std::int64_t at) { return load_[static_cast<std::size_t>(((at % kSteps) + kSteps) % kSteps)]; };
  return load(step) < 0 || load(step + 1) < 0 ? -1 : load(step) + share * (load(step + 1) - load(step));
}

double DayProfile::growth(double time_s, double horizon_s) const {
  const double then = time_s - kDay, now = then < first_time_s_ + horizon_s ? -1 : at(then);
  if (now <= 0) return 1;
  double most = now;
  for (double ahead = kDayStep / 2; ahead <= std::min(horizon_s, kDay / 2); ahead += kDayStep / 2) most = std::max(most, at(then + ahead));
  return std::min(most / now, kMostGrowth);
}

io::Json DayProfile::state() const {
  return numbers({started_, first_time_s_, step_, sum_, weight_s_, io::Json::array(load_)});
}

void DayProfile::restore(const io::Json& state) {
  started_ = state.at(std::size_t{0}).as_bool();
  first_time_s_ = state.at(1).as_double();
  step_ = state.at(2).as_int();
  sum_ = state.at(3).as_double();
  weight_s_ = state.at(4).as_double();
  for (std::size_t i = 0; i < load_.size(); ++i) load_[i] = state.at(5).at(i).as_double();
}

void ErrorQuantiles::add(double period_s, double ratio) {
  constexpr double kLargest = 1e100;
  unit_ *= std::exp2(period_s / kErrorMemory);
  const double steps = std::ceil(std::log(std::max(ratio, 1e-9)) / kErrorStep);
  weights_[static_cast<std::size_t>(std::clamp(steps + kErrorNone, 0.0, kBins - 1.0))] += unit_;
  total_ += unit_;
  if (unit_ < kLargest) return;
  for (double& weight : weights_) weight /= unit_;
  total_ /= unit_;
  unit_ = 1;
}

double ErrorQuantiles::at(double level) const {
  if (total_ <= 0) return 1;
  double sum = 0;
  int bin = 0;
  while (bin < kBins - 1 && (sum += weights_[static_cast<std::size_t>(bin)]) < level * total_) ++bin;
  return std::exp(kErrorStep * (bin - kErrorNone));
}

io::Json ErrorQuantiles::state() const {
  return numbers({total_, unit_, io::Json::array(weights_)});
}

void ErrorQuantiles::restore(const io::Json& state) {
  total_ = state.at(std::size_t{0}).as_double();
  unit_ = state.at(1).as_double();
  for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i] = state.at(2).at(i).as_double();
}

void Forecast::add(double time_s, double period_s, double value, const DayProfile& day) {
  trend_.add(period_s, value);
  while (!made_.empty() && made_.front().for_time_s <= time_s) {
    errors_.add(period_s, trend_.level() / std::max(made_.front().value, kErrorFloor));
    made_.pop_front();
  }
  peak_ = kind_.daily ? trend_.level() * day.growth(time_s, horizon_s_) : trend_.peak(period_s, horizon_s_);
  if (made_.size() < kMostForecasts) made_.push_back({time_s + horizon_s_, peak_});
}

io::Json Forecast::state() const {
  io::Json made = io::Json::array();
  for (const Made& one : made_) made.push_back(numbers({one.for_time_s, one.value}));
  return numbers({trend_.state(), errors_.state(), peak_, std::move(made)});
}

void Forecast::restore(const io::Json& state) {
  trend_.restore(state.at(std::size_t{0}));
  errors_.restore(state.at(1));
  peak_ = state.at(2).as_double();
  made_.clear();
  for (const io::Json& one : state.at(3).as_array()) made_.push_back({one.at(std::size_t{0}).as_double(), one.at(1).as_double()});
}

}  // namespace daybreak::scaling
