#include "libcore/scaling/policies/kpa_decider.h"

#include <algorithm>
#include <cmath>

#include "libcore/scaling/policies/rounding.h"

namespace daybreak::scaling {
namespace {

constexpr double kTick = 2;  // seconds; Knative's own period, and the grain of its scale-down delay

}  // namespace

void KpaDecider::begin(double time_s, std::int64_t ready) {
  if (ready > 1) panic_since_s_ = time_s;
  panic_nodes_ = ready;
}

Recommendation KpaDecider::decide(double time_s, std::int64_t ready, double stable, double panic) {
  const double nodes = static_cast<double>(std::max<std::int64_t>(ready, 1));
  const double stable_asked = std::ceil(stable / options_.target), panic_asked = std::ceil(panic / options_.target);
  // Rounding outward lets the slowest rate still move by one node.
  const double most = std::ceil(options_.max_up_rate * nodes), least = std::floor(nodes / options_.max_down_rate);
  const auto within = [&](double asked) { return activated(asked, whole_nodes(std::min(std::max(asked, least), most))); };
  update_panic(time_s, panic_asked / nodes >= options_.panic_threshold);

  Recommendation answer{within(stable_asked), Reason::desired_within_range, {}};
  if (stable_asked > most) answer.reason = Reason::scale_up_limit;
  if (stable_asked < least) answer.reason = Reason::scale_down_limit;
  if (panicking()) {
    const std::int64_t asked = std::max(answer.desired, within(panic_asked));
    if (asked < panic_nodes_) answer.reason = Reason::scale_down_stabilized;
    answer.desired = panic_nodes_ = std::max(panic_nodes_, asked);
  }
  if (options_.down_delay_s > 0) {
    const std::int64_t delayed = after_delay(time_s, answer.desired);
    if (delayed != answer.desired) answer.reason = Reason::scale_down_stabilized;
    answer.desired = delayed;
  }
  answer.numbers.add("stable", stable);
  answer.numbers.add("panic", panic);
  answer.numbers.add("target", options_.target);
  answer.numbers.add("panicking", panicking());
  return answer;
}

std::int64_t KpaDecider::activated(double asked, std::int64_t nodes) const {
  return asked > 0 ? std::max(nodes, options_.activation_nodes) : nodes;
}

void KpaDecider::update_panic(double time_s, bool over) {
  if (over) {
    panic_since_s_ = time_s;
  } else if (panic_since_s_ && *panic_since_s_ + options_.stable_window_s < time_s) {
    panic_since_s_.reset();
    panic_nodes_ = 0;
  }
}

std::int64_t KpaDecider::after_delay(double time_s, std::int64_t nodes) {
  const auto tick = static_cast<std::int64_t>(std::floor(time_s / kTick));
  const auto ticks = static_cast<std::int64_t>(std::ceil(options_.down_delay_s / kTick));
  while (!delayed_.empty() && delayed_.back().nodes <= nodes) delayed_.pop_back();
  std::erase_if(delayed_, [&](const Delayed& earlier) { return tick - earlier.tick >= ticks; });
  // Of two decisions in one tick the greater one stays.
  if (delayed_.empty() || delayed_.back().tick != tick) delayed_.push_back({tick, nodes});
  return delayed_.front().nodes;
}

io::Json KpaDecider::state() const {
  io::Json state = io::Json::object();
  state["panic_since_s"] = panic_since_s_ ? io::Json(*panic_since_s_) : io::Json();
  state["panic_nodes"] = panic_nodes_;
  io::Json& delayed = state["delayed"] = io::Json::array();
  for (const Delayed& one : delayed_) delayed.push_back(io::Json::array(std::initializer_list<io::Json>{one.tick, one.nodes}));
  return state;
}

void KpaDecider::restore(const io::Json& state) {
  const io::Json& since = state.at("panic_since_s");
  panic_since_s_ = since.is_null() ? std::nullopt : std::optional(since.as_double());
  panic_nodes_ = state.at("panic_nodes").as_int();
  delayed_.clear();
  for (const io::Json& one : state.at("delayed").as_array()) delayed_.push_back({one.at(std::size_t{0}).as_int(), one.at(1).as_int()});
}

}  // namespace daybreak::scaling
