#include "libcore/scaling/policies/rehearsal.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "libcore/scaling/policies/demand.h"

namespace daybreak::scaling {
namespace {

constexpr double kMemory = 14 * 86400;  // seconds in which costs fade to 1/e
// What a fleet is charged beside its nodes and late work, in shares of the busy nodes: for each period outside the band, and
// for a reversal, in seconds of them. Reversals unsettle those who look on; slow starts, whose delays are billed, are dear enough without.
constexpr double kOutside = 0.2, kReversal = 75, kSlowStart = 300;
constexpr std::array kHolds{0.0, 2.0, 6.0};  // for how many times what its next start would cost an idle node is held
constexpr std::array kHeadrooms{-0.04, 0.0, 0.05, 0.1, 0.2, 0.5};
constexpr std::array kErrorLevels{0.8, 0.95};  // headrooms after those: quantiles of the forecast's own errors
constexpr std::size_t kChoices = kHeadrooms.size() + kErrorLevels.size();

// What is believed before anything is known: in so many seconds work was late for a share of the time that grows with the start
// delay, and falls with the headroom; most of it is forgotten after a day.
constexpr double kPrior = 8640, kPriorLate = 0.01 / 900, kPriorDay = 86400;
constexpr double kPriorHeadroom = 0.1, kPriorHorizon = 360;  // a headroom after which it is 1/e, for that horizon; by its square root

}  // namespace

Rehearsal::Rehearsal(const Setting& setting, double violation_price, std::int64_t flaps_per_hour)
    : setting_(setting), violation_price_(violation_price), forecasts_(setting.start_delay_s + setting.period_s),
      spread_(kPriorHeadroom * std::sqrt((setting.start_delay_s + setting.period_s) / kPriorHorizon)), headrooms_(kForecastKinds * kChoices),
      risks_(headrooms_.size(), 1), demands_(headrooms_), priors_(headrooms_), fleets_(setting, kHolds, headrooms_.size(), flaps_per_hour) {}

ForecastKind Rehearsal::kind() const {
  return static_cast<ForecastKind>(aim() / kChoices);
}

void Rehearsal::update_demands() {
  for (std::size_t i = 0; i < headrooms_.size(); ++i) {
    const auto kind = static_cast<ForecastKind>(i / kChoices);
    const std::size_t choice = i % kChoices;
    const double headroom = choice < kHeadrooms.size() ? kHeadrooms[choice]
                                                       : std::max(0.0, forecasts_.errors(kind).at(kErrorLevels[choice - kHeadrooms.size()]) - 1);
    if (headroom != headrooms_[i]) risks_[i] = std::exp(-headroom / spread_);
    headrooms_[i] = headroom;
    demands_[i] = forecasts_.load(kind) * (1 + headroom);
  }
}

void Rehearsal::choose() {
  const double late = violation_price_ * kPriorLate * setting_.start_delay_s * std::exp(-weight_s_ / kPriorDay);
  const double busy_s = kPrior * load_ / weight_s_;
  for (std::size_t i = 0; i < headrooms_.size(); ++i)
    priors_[i] = busy_s * ((1 + headrooms_[i]) / setting_.band_high + (headrooms_[i] < 0 ? kOutside : 0) + late * risks_[i]);
  double least = HUGE_VAL;
  for (std::size_t first = 0; first < fleets_.size(); first += priors_.size()) {
    for (std::size_t aim = 0; aim < priors_.size(); ++aim) {
      const double cost = fleets_.cost(first + aim) + priors_[aim];
      if (cost >= least) continue;
      least = cost;
      best_ = first + aim;
    }
  }
}

void Rehearsal::add(const Observation& seen) {
  const double load = arriving_nodes(seen, setting_), period = seen.period_s;
  Charges charges{.keep = std::exp(-period / kMemory)};
  if (weight_s_ == 0) fleets_.begin(seen.time_s - period, seen.ready);
  forecasts_.add(seen.time_s, period, load);
  update_demands();
  load_ = load_ * charges.keep + period * load;
  weight_s_ = weight_s_ * charges.keep + period;
  const double mean = load_ / weight_s_;
  charges.late = violation_price_ * period * mean;
  charges.outside = kOutside * period * mean;
  charges.reversal = kReversal * mean / std::max(1.0, setting_.start_delay_s / kSlowStart);
  fleets_.serve(seen.time_s, period, load * period, charges);
  fleets_.decide(seen.time_s, demands_, charges);
  choose();
}

io::Json Rehearsal::state() const {
  io::Json state = io::Json::object();
  state["forecasts"] = forecasts_.state();
  state["fleets"] = fleets_.state();
  state["load"] = load_;
  state["weight_s"] = weight_s_;
  return state;
}

void Rehearsal::restore(const io::Json& state) {
  forecasts_.restore(state.at("forecasts"));
  fleets_.restore(state.at("fleets"));
  load_ = state.at("load").as_double();
  weight_s_ = state.at("weight_s").as_double();
}

}  // namespace daybreak::scaling
