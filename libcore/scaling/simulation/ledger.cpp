#include "libcore/scaling/simulation/ledger.h"

#include <algorithm>

namespace daybreak::scaling {
namespace {

constexpr double kDay = 86400, kHour = 3600;

}  // namespace

void Ledger::slot(double served, double capacity, double queue, double backlog_s) {
  const double utilization = capacity > 0 ? served / capacity : 0;
  ++slots_;
  violated_ += backlog_s > options_.wait_limit_s;
  in_band_ += utilization >= options_.band_low && utilization <= options_.band_high;
  served_ += served;
  capacity_ += capacity;
  report_.queue_max = std::max(report_.queue_max, queue);
}

void Ledger::charge(std::span<const Holding> holdings) {
  node_slots_.resize(holdings.size());
  for (std::size_t i = 0; i < holdings.size(); ++i) node_slots_[i] += holdings[i].nodes;
}

void Ledger::drained(double seconds, double price_per_hour) {
  drained_s_ += seconds;
  drained_cost_ += seconds * price_per_hour / kHour;
}

void Ledger::changed(double time_s, std::int64_t change) {
  flaps_.count(time_s, change);
  report_.starts += std::max<std::int64_t>(change, 0);
  report_.stops += std::max<std::int64_t>(-change, 0);
}

PolicyReport Ledger::report(std::string_view policy, std::span<const Holding> holdings) const {
  PolicyReport report = report_;
  const auto slots = static_cast<double>(slots_);
  report.policy = policy;
  report.cost = drained_cost_;
  double node_s = drained_s_;
  for (std::size_t i = 0; i < node_slots_.size(); ++i) {
    const double held_s = static_cast<double>(node_slots_[i]) * slot_s_;
    const double charged_s = static_cast<double>(holdings[i].starts) * options_.start_cost_min * 60;
    node_s += held_s;
    report.cost += (held_s + charged_s) * holdings[i].price_per_hour / kHour;
  }
  report.node_hours = node_s / kHour;
  report.violated_share = static_cast<double>(violated_) / slots;
  report.violated_minutes = static_cast<double>(violated_) * slot_s_ / 60;
  report.band_share = static_cast<double>(in_band_) / slots;
  report.flaps_per_day = static_cast<double>(flaps_.flaps()) / (slots * slot_s_ / kDay);
  report.utilization_mean = capacity_ > 0 ? served_ / capacity_ : 0;
  report.wait_p50_s = waits_.at(0.50);
  report.wait_p95_s = waits_.at(0.95);
  report.wait_p99_s = waits_.at(0.99);
  return report;
}

}  // namespace daybreak::scaling
