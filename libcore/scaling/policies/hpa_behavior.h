#pragma once
// How a HorizontalPodAutoscaler damps what its metrics ask for (Kubernetes autoscaling/v2, spec.behavior; KEP-853).
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/json.h"
#include "libcore/scaling/control/recommendation.h"

namespace daybreak::scaling {

/// "Pods" or "Percent": at most so many, or such a share, more or fewer than at the beginning of the period.
struct HpaRate {
  bool percent = false;
  std::int64_t value = 0;
  double period_s = 15;
};

/// Which of several rates holds: that of the greatest or of the least change; or no change at all.
enum class HpaSelect { max, min, disabled };

/// The rules of one direction.
struct HpaRules {
  double window_s = 0;  // recommendations so new still count
  HpaSelect select = HpaSelect::max;
  std::vector<HpaRate> rates;
};

struct HpaBehavior {
  HpaRules up{0, HpaSelect::max, {{false, 4, 15}, {true, 100, 15}}};
  HpaRules down{300, HpaSelect::max, {{true, 100, 15}}};
  std::int64_t min_nodes = 1, max_nodes = 1'000'000;
};

/// "4/15s" (pods) or "100%/15s"; Error (usage) for other texts, and for values and periods that Kubernetes refuses.
HpaRate parse_hpa_rate(std::string_view text);
/// "max", "min" or "disabled".
HpaSelect parse_hpa_select(std::string_view text);

/// The memory of one autoscaler and what it allows.
class HpaDamper {
 public:
  explicit HpaDamper(HpaBehavior behavior) : behavior_(std::move(behavior)) {}

  /// The first two steps below, one after the other; the reason is that of the last one that bound.
  Recommendation damp(double time_s, std::int64_t current, std::int64_t proposed);

  /// `current`, moved into the range that the proposals of the windows span: at least the least of the window up, at most
  /// the greatest of the window down. The proposal itself belongs to both, and is remembered.
  std::int64_t stabilize(double time_s, std::int64_t current, std::int64_t proposed);
  /// As far from `current` towards `desired` as rates, minimum and maximum allow.
  Recommendation limit(double time_s, std::int64_t current, std::int64_t desired) const;

  /// A proposal that counts for the windows.
  void remember(double time_s, std::int64_t proposed);
  /// A change of the number of pods that counts for the rates.
  void changed(double time_s, std::int64_t by);

  io::Json state() const;
  void restore(const io::Json& state);

 private:
  struct Stamped {
    double time_s;
    std::int64_t value;
  };
  std::int64_t bound(const HpaRules& rules, double time_s, std::int64_t current, bool up) const;
  double longest_period() const;

  HpaBehavior behavior_;
  std::vector<Stamped> proposals_, changes_;  // of the longest window and the longest period, in the order of time
};

}  // namespace daybreak::scaling
