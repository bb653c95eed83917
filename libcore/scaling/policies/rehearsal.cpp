#include "libcore/scaling/policies/rehearsal.h"

#include <array>

#include "libcore/scaling/policies/band_rule.h"
#include "libcore/scaling/policies/demand.h"

namespace daybreak::scaling {
namespace {

constexpr double kMemory = 14 * 86400;  // seconds in which costs fade to 1/e
constexpr double kPrior = 7200;         // seconds for which a headroom's own cost is believed before anything is known
// What a reversal costs beside its start, in seconds of the busy nodes: it unsettles those who look on. Slow starts, whose
// delays are billed, are dear enough without.
constexpr double kFlapCost = 90, kSlowStart = 300;
constexpr std::array kKinds{ForecastKind{0, false}, ForecastKind{0, true}, ForecastKind{300, false}, ForecastKind{300, true}};
constexpr std::array kHolds{Hold{0, true}, Hold{0, false}, Hold{2, false}, Hold{6, false}};
constexpr std::array kHeadrooms{0.0, 0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0};
constexpr std::array kErrorLevels{0.8, 0.95};  // headrooms after those: quantiles of the forecast's own errors
constexpr std::size_t kChoices = kHeadrooms.size() + kErrorLevels.size();

}  // namespace

void PaperFleet::serve(const Observation& seen, const Setting& setting, double keep, double violation_cost) {
  while (!starts_.empty() && starts_.front().ready_s <= seen.time_s - seen.period_s) {
    ready_ += starts_.front().count;
    starts_.pop_front();
  }
  const double rate = static_cast<double>(ready_) * setting.service_rate;
  queue_ = std::max(0.0, queue_ + *seen.arrivals - rate * seen.period_s);
  cost_ = cost_ * keep + seen.period_s * static_cast<double>(ready_ + pending()) + (queue_ > kDrainTime * rate ? violation_cost : 0);
}

void PaperFleet::decide(double time_s, double demand, std::int64_t recent, bool eager, double flap_cost, const Setting& setting) {
  Observation own{.time_s = time_s, .period_s = setting.period_s};
  own.queue = queue_;
  const std::int64_t current = ready_ + pending();
  const double all = demand + waiting_nodes(own, setting);
  const std::int64_t desired = flaps_.allow(time_s, current, settle(all, recent, current, eager, setting));
  if (flaps_.reversed()) cost_ += flap_cost;
  if (desired > current) {
    starts_.push_back({time_s + setting.start_delay_s, desired - current});
    cost_ += setting.start_cost_s * static_cast<double>(desired - current);
  }
  for (std::int64_t surplus = current - desired; surplus > 0;) {
    std::int64_t& from = starts_.empty() ? ready_ : starts_.back().count;  // the last to come goes first
    const std::int64_t gone = std::min(surplus, from);
    from -= gone;
    surplus -= gone;
    if (!starts_.empty() && from == 0) starts_.pop_back();
  }
}

std::int64_t PaperFleet::pending() const {
  std::int64_t count = 0;
  for (const Start& start : starts_) count += start.count;
  return count;
}

io::Json PaperFleet::state() const {
  io::Json starts = io::Json::array();
  for (const Start& start : starts_) starts.push_back(io::Json::array(std::initializer_list<io::Json>{start.ready_s, start.count}));
  return io::Json::array(std::initializer_list<io::Json>{ready_, queue_, cost_, std::move(starts), flaps_.state()});
}

void PaperFleet::restore(const io::Json& state) {
  ready_ = state.at(std::size_t{0}).as_int();
  queue_ = state.at(1).as_double();
  cost_ = state.at(2).as_double();
  starts_.clear();
  for (const io::Json& start : state.at(3).as_array()) starts_.push_back({start.at(std::size_t{0}).as_double(), start.at(1).as_int()});
  flaps_.restore(state.at(4));
}

Rehearsal::Rehearsal(const Setting& setting, double violation_price, std::int64_t flaps_per_hour)
    : setting_(setting), violation_price_(violation_price) {
  const double horizon = setting.start_delay_s + setting.period_s, start = setting.start_delay_s + setting.start_cost_s;
  for (const ForecastKind& kind : kKinds) forecasts_.emplace_back(kind, horizon);
  headrooms_.assign(kKinds.size() * kChoices, 0);
  for (std::size_t forecast = 0; forecast < kKinds.size(); ++forecast) {
    for (const Hold& hold : kHolds) {
      for (std::size_t headroom = 0; headroom < kChoices; ++headroom) {
        manners_.push_back({forecast, headroom, hold});
        peaks_.emplace_back(hold.starts * start);
      }
    }
  }
  recent_.assign(manners_.size(), 0);
  fleets_.assign(manners_.size(), PaperFleet(flaps_per_hour));
}

const ForecastKind& Rehearsal::kind() const {
  return kKinds[best().forecast];
}

std::size_t Rehearsal::headroom_index(const Manner& manner) const {
  return manner.forecast * kChoices + manner.headroom;
}

double Rehearsal::headroom_of(const Manner& manner) const {
  return headrooms_[headroom_index(manner)];
}

double Rehearsal::demand_of(const Manner& manner) const {
  return forecasts_[manner.forecast].peak() * (1 + headroom_of(manner));
}

void Rehearsal::update_headrooms(const Observation& seen) {
  for (std::size_t forecast = 0; forecast < kKinds.size(); ++forecast) {
    forecasts_[forecast].add(seen.time_s, seen.period_s, arriving_nodes(seen, setting_), day_);
    for (std::size_t choice = 0; choice < kChoices; ++choice)
      headrooms_[headroom_index({forecast, choice, {}})] =
          choice < kHeadrooms.size() ? kHeadrooms[choice]
                                     : std::max(0.0, forecasts_[forecast].errors().at(kErrorLevels[choice - kHeadrooms.size()]) - 1);
  }
}

double Rehearsal::prior_of(const Manner& manner) const {
  return kPrior * (load_ / weight_s_) * (1 + headroom_of(manner)) / setting_.band_high;
}

void Rehearsal::choose() {
  const auto price = [&](std::size_t at) { return fleets_[at].cost() + prior_of(manners_[at]); };
  best_ = 0;
  double least = price(0);
  for (std::size_t i = 1; i < fleets_.size(); ++i) {
    if (const double cost = price(i); cost < least) {
      least = cost;
      best_ = i;
    }
  }
}

void Rehearsal::add(const Observation& seen) {
  const double keep = std::exp(-seen.period_s / kMemory), load = arriving_nodes(seen, setting_);
  if (weight_s_ == 0)
    for (PaperFleet& fleet : fleets_) fleet.begin(seen.ready);
  day_.add(seen.time_s, seen.period_s, load);
  update_headrooms(seen);
  load_ = load_ * keep + seen.period_s * load;
  weight_s_ = weight_s_ * keep + seen.period_s;
  const double mean = load_ / weight_s_, violation_cost = violation_price_ * seen.period_s * mean;
  const double flap_cost = kFlapCost * mean / std::max(1.0, setting_.start_delay_s / kSlowStart);
  for (std::size_t i = 0; i < fleets_.size(); ++i) {
    const double demand = demand_of(manners_[i]);
    recent_[i] = peaks_[i].add(seen.time_s, nodes_at(demand, setting_.band_high, setting_));
    fleets_[i].serve(seen, setting_, keep, violation_cost);
    fleets_[i].decide(seen.time_s, demand, recent_[i], manners_[i].hold.eager, flap_cost, setting_);
  }
  choose();
}

io::Json Rehearsal::state() const {
  const auto states = [](const auto& parts) {
    io::Json all = io::Json::array();
    for (const auto& part : parts) all.push_back(part.state());
    return all;
  };
  io::Json state = io::Json::object();
  state["day"] = day_.state();
  state["forecasts"] = states(forecasts_);
  state["peaks"] = states(peaks_);
  state["fleets"] = states(fleets_);
  state["load"] = load_;
  state["weight_s"] = weight_s_;
  return state;
}

void Rehearsal::restore(const io::Json& state) {
  const auto restore = [&](std::string_view name, auto& parts) {
    const io::Json& all = state.at(name);
    for (std::size_t i = 0; i < parts.size(); ++i) parts[i].restore(all.at(i));
  };
  day_.restore(state.at("day"));
  restore("forecasts", forecasts_);
  restore("peaks", peaks_);
  restore("fleets", fleets_);
  load_ = state.at("load").as_double();
  weight_s_ = state.at("weight_s").as_double();
}

}  // namespace daybreak::scaling
