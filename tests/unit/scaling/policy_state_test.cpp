// What a policy remembers goes on in another process, bit for bit, and does not grow without bound.
#include <algorithm>
#include <random>
#include <utility>

#include "libcore/scaling/policies/registry.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::scaling;

namespace {

/// A random load on a fleet that obeys with a delay of some periods, in the fluid model.
class Series {
 public:
  Series(std::uint64_t seed, double period_s) : random_(seed), period_s_(period_s) {}

  Observation next() {
    load_ = std::max(0.0, load_ + 0.6 * (draw() - 0.5) + (draw() < 0.03 ? 12 * (draw() - 0.4) : 0));
    time_s_ += period_s_;
    if (draw() < 0.2) ready_ += std::exchange(pending_, 0);
    const double capacity = static_cast<double>(ready_) * period_s_, work = load_ * period_s_ + queue_, served = std::min(work, capacity);
    queue_ = work - served;
    return {.time_s = time_s_, .period_s = period_s_, .ready = ready_, .pending = pending_, .old = ready_ / 2,
            .arrivals = load_ * period_s_, .queue = queue_, .utilization = capacity > 0 ? served / capacity : 0};
  }

  void obey(std::int64_t desired) {
    const std::int64_t change = std::max<std::int64_t>(desired, 1) - ready_ - pending_;
    const std::int64_t canceled = std::min(pending_, std::max<std::int64_t>(-change, 0));
    pending_ += std::max<std::int64_t>(change, 0) - canceled;
    ready_ -= std::max<std::int64_t>(-change, 0) - canceled;
  }

 private:
  double draw() { return std::uniform_real_distribution<>()(random_); }

  std::mt19937_64 random_;
  double period_s_, time_s_ = 1e9, load_ = 8, queue_ = 0;
  std::int64_t ready_ = 10, pending_ = 0;
};

/// Options under which a policy has much to remember.
PolicyOptions with_long_memory() {
  PolicyOptions options;
  options.hpa = {.metric = "both", .tolerance_up = 0.02, .window_up_s = 45, .window_down_s = 900};
  options.hpa.rates_up = {"2/1m", "10%/90s"};
  options.hpa.rates_down = {"1/40s", "5%/10m"};
  options.kpa.down_delay_s = 600;
  options.skyserve.window_s = 333;
  return options;
}

bool same(const Recommendation& one, const Recommendation& other) {
  const auto numbers = one.numbers.entries(), others = other.numbers.entries();
  return one.desired == other.desired && one.reason == other.reason &&
         std::equal(numbers.begin(), numbers.end(), others.begin(), others.end(),
                    [](const auto& a, const auto& b) { return a.name == b.name && a.value == b.value; });
}

}  // namespace

TEST_CASE("every policy goes on from its state as if nothing had happened") {
  for (const std::string& name : policy_names())
    for (const double period_s : {15.0, 60.0})
      for (const PolicyOptions& options : {PolicyOptions{}, with_long_memory()}) {
        INFO(name << " every " << period_s << " s");
        const Setting setting{.service_rate = 1, .period_s = period_s, .peak_nodes = 20};
        const auto steady = make_policy(name, options, setting);
        Series series(7, period_s);
        std::string saved = steady->state().dump();
        std::size_t differing = 0, longest = 0;
        for (int step = 0; step < 600; ++step) {
          const Observation seen = series.next();
          const auto restarted = make_policy(name, options, setting);
          restarted->restore(io::Json::parse(saved, "state"));
          const Recommendation decided = steady->decide(seen);
          differing += !same(decided, restarted->decide(seen)) || steady->state().dump() != restarted->state().dump();
          saved = steady->state().dump();
          longest = std::max(longest, saved.size());
          series.obey(decided.desired);
        }
        CHECK(differing == 0);
        CHECK(longest < 131072);
      }
}
