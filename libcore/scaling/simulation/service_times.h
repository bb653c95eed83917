#pragma once
// How long jobs take, as a distribution.
#include <string>

#include "libcore/base/random.h"

namespace daybreak::scaling {

/// Draws service times of a mean and a squared coefficient of variation (scv).
class ServiceTimes {
 public:
  enum class Kind { deterministic, exponential, lognormal, hyperexponential };

  /// deterministic and exponential have the scv 0 and 1; lognormal takes any above 0; hyperexponential (two phases with
  /// balanced means: p1 / rate1 = p2 / rate2) one of at least 1. Error (usage) for another one.
  ServiceTimes(Kind kind, double mean_s, double scv);
  /// "exponential", ...; Error (bug) for another name.
  static Kind kind_of(const std::string& name);

  double draw(RandomStream& random) const {
    switch (kind_) {
      case Kind::deterministic: return mean_s_;
      case Kind::exponential: return mean_s_ * random.exponential();
      case Kind::lognormal: return std::exp(location_ + scale_ * random.normal());
      case Kind::hyperexponential: return random.exponential() * (random.uniform() < first_share_ ? first_s_ : second_s_);
    }
    return mean_s_;
  }

 private:
  Kind kind_;
  double mean_s_;
  double location_ = 0, scale_ = 0;                    // of the logarithm
  double first_share_ = 1, first_s_ = 0, second_s_ = 0;  // of the phases
};

}  // namespace daybreak::scaling
