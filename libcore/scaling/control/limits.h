#pragma once
// Bounds that hold for every policy: how few, how many, how soon and how fast.
#include <cstdint>
#include <deque>
#include <limits>
#include <optional>

#include "libcore/base/options.h"
#include "libcore/io/json.h"
#include "libcore/scaling/control/recommendation.h"

namespace daybreak::scaling {

struct LimitOptions {
  std::int64_t min_nodes = 1, max_nodes = 1'000'000;
  double cool_down_up_s = 0, cool_down_down_s = 0;
  std::optional<std::int64_t> max_starts, max_stops;  // within rate_period_s
  double rate_period_s = 60;
  void declare(OptionSink& sink);
};

/// Applies the limits, and remembers what they need: the last change, and the changes of one rate period.
class Limits {
 public:
  explicit Limits(const LimitOptions& options) : options_(options) {}

  std::int64_t min_nodes() const { return options_.min_nodes; }

  /// The recommendation as far as the limits allow, with the limit's reason where one binds. `current` counts the nodes on
  /// their way too. The minimum and maximum hold over cool-downs and rates.
  Recommendation apply(double time_s, std::int64_t current, Recommendation wanted);

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  struct Change {
    double time_s;
    std::int64_t starts, stops;
  };
  std::int64_t within_rate(std::int64_t current, std::int64_t desired) const;
  void remember(double time_s, std::int64_t delta);

  LimitOptions options_;
  std::deque<Change> changes_;  // of the last rate period, kept only where a rate is set
  double last_change_s_ = -std::numeric_limits<double>::infinity();
};

}  // namespace daybreak::scaling
