#include "libcore/scaling/policies/flap_budget.h"

namespace daybreak::scaling {
namespace {

constexpr double kHour = 3600, kFlapWindow = 30 * 60;

}  // namespace

std::int64_t FlapBudget::allow(double time_s, std::int64_t current, std::int64_t desired) {
  while (!reversals_.empty() && reversals_.front() <= time_s - kHour) reversals_.pop_front();
  reversed_ = false;
  const std::int64_t spent = static_cast<std::int64_t>(reversals_.size());
  if (desired < current && spent + (reverses(time_s, -1) ? 2 : 1) > per_hour_) return current;
  if (desired == current) return current;
  const int direction = desired > current ? 1 : -1;
  reversed_ = reverses(time_s, direction);
  if (reversed_) reversals_.push_back(time_s);
  direction_ = direction;
  last_change_s_ = time_s;
  return desired;
}

bool FlapBudget::reverses(double time_s, int direction) const {
  return direction == -direction_ && time_s - last_change_s_ <= kFlapWindow;
}

io::Json FlapBudget::state() const {
  return io::Json::array(std::initializer_list<io::Json>{direction_, last_change_s_, io::Json::array(reversals_)});
}

void FlapBudget::restore(const io::Json& state) {
  direction_ = static_cast<int>(state.at(std::size_t{0}).as_int());
  last_change_s_ = state.at(1).as_double();
  reversals_.clear();
  for (const io::Json& time : state.at(2).as_array()) reversals_.push_back(time.as_double());
}

}  // namespace daybreak::scaling
