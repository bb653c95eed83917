#include "libcore/scaling/policies/paper_fleets.h"

#include <algorithm>

#include "libcore/scaling/policies/band_rule.h"
#include "libcore/scaling/policies/demand.h"
#include "libcore/scaling/policies/state_numbers.h"

namespace daybreak::scaling {
namespace {

constexpr double kMostDecisions = 60;  // that are told apart within a start delay

template <class Value>
io::Json states(const std::vector<Value>& parts) {
  io::Json all = io::Json::array();
  for (const Value& part : parts) all.push_back(part.state());
  return all;
}

template <class Value>
void restore_states(const io::Json& all, std::vector<Value>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i].restore(all.at(i));
}

}  // namespace

PaperFleets::PaperFleets(const Setting& setting, std::span<const double> holds, std::size_t aims, std::int64_t flaps_per_hour)
    : setting_(setting), nodes_(holds.size() * aims), serving_(nodes_), recent_(nodes_), queues_(nodes_.size()), costs_(queues_),
      flaps_(nodes_.size(), FlapBudget(flaps_per_hour)) {
  for (const double hold : holds) peaks_.insert(peaks_.end(), aims, RecentPeak(hold * (setting.start_delay_s + setting.start_cost_s)));
}

void PaperFleets::begin(double time_s, std::int64_t nodes) {
  std::fill(nodes_.begin(), nodes_.end(), nodes);
  decided_.push_back({time_s - setting_.start_delay_s, nodes_});
}

void PaperFleets::find_serving(double begin_s) {
  while (decided_.size() > 1 && decided_[1].time_s + setting_.start_delay_s <= begin_s) decided_.pop_front();
  serving_ = decided_.front().nodes;
  for (std::size_t row = 1; row < decided_.size(); ++row) {
    const Nodes& nodes = decided_[row].nodes;
    for (std::size_t i = 0; i < serving_.size(); ++i) serving_[i] = std::min(serving_[i], nodes[i]);
  }
}

void PaperFleets::serve(double time_s, double period_s, double work, const Charges& charges) {
  find_serving(time_s - period_s);
  const double least = setting_.band_low * period_s, most = setting_.band_high * period_s;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const auto serving = static_cast<double>(serving_[i]);
    const double busy = queues_[i] + work;  // node-seconds, if there are so many
    queues_[i] = std::max(0.0, busy - serving * period_s);
    const double wait = std::min(queues_[i] / (kDrainTime * serving), 1.0);
    const bool outside = busy < least * serving || busy > most * serving;
    const double charge = charges.late * wait * wait + (outside ? charges.outside : 0);
    costs_[i] = costs_[i] * charges.keep + period_s * static_cast<double>(nodes_[i]) + charge;
  }
}

void PaperFleets::decide(double time_s, std::span<const double> demands, const Charges& charges) {
  const double drain_s = std::max(kDrainTime, setting_.period_s);
  for (std::size_t aim = 0; aim < demands.size(); ++aim) {
    const std::int64_t needed = nodes_at(demands[aim], setting_.band_high, setting_);
    for (std::size_t i = aim; i < nodes_.size(); i += demands.size()) {
      recent_[i] = peaks_[i].add(time_s, needed);
      const std::int64_t wanted = settle(demands[aim] + queues_[i] / drain_s, recent_[i], nodes_[i], setting_);
      if (wanted != nodes_[i]) move(i, time_s, wanted, charges);
    }
  }
  remember(time_s);
}

void PaperFleets::move(std::size_t fleet, double time_s, std::int64_t wanted, const Charges& charges) {
  const std::int64_t before = nodes_[fleet];
  nodes_[fleet] = flaps_[fleet].allow(time_s, before, wanted);
  costs_[fleet] += setting_.start_cost_s * static_cast<double>(std::max<std::int64_t>(nodes_[fleet] - before, 0)) +
                   (flaps_[fleet].reversed() ? charges.reversal : 0);
}

void PaperFleets::remember(double time_s) {
  const bool soon = decided_.size() > 1 && time_s - decided_.back().time_s < setting_.start_delay_s / kMostDecisions;
  if (soon) decided_.back().nodes = nodes_;
  else decided_.push_back({time_s, nodes_});
}

io::Json PaperFleets::state() const {
  io::Json decided = io::Json::array();
  for (const Decided& one : decided_)
    decided.push_back(io::Json::array(std::initializer_list<io::Json>{one.time_s, io::Json::array(one.nodes)}));
  io::Json state = io::Json::object();
  state["nodes"] = io::Json::array(nodes_);
  state["recent"] = io::Json::array(recent_);
  state["queues"] = io::Json::array(queues_);
  state["costs"] = io::Json::array(costs_);
  state["peaks"] = states(peaks_);
  state["flaps"] = states(flaps_);
  state["decided"] = std::move(decided);
  return state;
}

void PaperFleets::restore(const io::Json& state) {
  restore_numbers(state.at("nodes"), nodes_);
  restore_numbers(state.at("recent"), recent_);
  restore_numbers(state.at("queues"), queues_);
  restore_numbers(state.at("costs"), costs_);
  restore_states(state.at("peaks"), peaks_);
  restore_states(state.at("flaps"), flaps_);
  decided_.clear();
  for (const io::Json& one : state.at("decided").as_array()) {
    decided_.push_back({one.at(std::size_t{0}).as_double(), Nodes(nodes_.size())});
    restore_numbers(one.at(1), decided_.back().nodes);
  }
}

}  // namespace daybreak::scaling
