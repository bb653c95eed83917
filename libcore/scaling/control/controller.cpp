#include "libcore/scaling/control/controller.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"

namespace daybreak::scaling {
namespace {

bool possible(const std::optional<double>& value) {
  return !value || (std::isfinite(*value) && *value >= 0);
}

}  // namespace

std::optional<Reason> Controller::fault_of(const Observation& seen) const {
  const Needs needs = policy_->needs();
  if (!std::isfinite(seen.time_s) || !(seen.period_s > 0) || seen.ready < 0 || seen.pending < 0 || !possible(seen.arrivals) ||
      !possible(seen.queue) || !possible(seen.utilization))
    return Reason::metrics_absurd;
  if (seen.time_s <= last_time_s_) return Reason::metrics_out_of_order;
  if ((needs.arrivals && !seen.arrivals) || (needs.queue && !seen.queue) || (needs.utilization && !seen.utilization))
    return Reason::metrics_missing;
  return std::nullopt;
}

Recommendation Controller::decide(const Observation& seen) {
  const std::int64_t current = seen.ready + seen.pending;
  if (const auto fault = fault_of(seen)) return {std::max(current, options_.min_nodes), *fault, {}};
  last_time_s_ = seen.time_s;
  return limits_.apply(seen.time_s, current, policy_->decide(seen));
}

io::Json Controller::state() const {
  io::Json state = io::Json::object();
  state["policy"] = policy_->name();
  state["last_time_s"] = last_time_s_;  // null: none yet
  state["memory"] = policy_->state();
  state["limits"] = limits_.state();
  return state;
}

void Controller::restore(const io::Json& state) {
  if (const std::string& name = state.at("policy").as_string(); name != policy_->name())
    throw data_error("", "the state is of policy '" + name + "', not of '" + std::string(policy_->name()) + "'",
                     "give the policy that it was made with, or another state file");
  const io::Json& last = state.at("last_time_s");
  last_time_s_ = last.is_null() ? -std::numeric_limits<double>::infinity() : last.as_double();
  policy_->restore(state.at("memory"));
  limits_.restore(state.at("limits"));
}

}  // namespace daybreak::scaling
