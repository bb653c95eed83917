#include "libcore/scaling/simulation/service_times.h"

#include <cmath>
#include <map>

#include "libcore/base/error.h"

namespace daybreak::scaling {

ServiceTimes::ServiceTimes(Kind kind, double mean_s, double scv) : kind_(kind), mean_s_(mean_s) {
  if (kind == Kind::lognormal) {
    if (!(scv > 0)) throw usage_error("--service-scv: expected more than 0 for lognormal service times", "take deterministic ones");
    scale_ = std::sqrt(std::log1p(scv));
    location_ = std::log(mean_s) - scale_ * scale_ / 2;
  }
  if (kind == Kind::hyperexponential) {
    if (!(scv >= 1)) throw usage_error("--service-scv: expected at least 1 for hyperexponential service times", "take lognormal ones");
    first_share_ = (1 + std::sqrt((scv - 1) / (scv + 1))) / 2;
    first_s_ = mean_s / (2 * first_share_);
    second_s_ = mean_s / (2 * (1 - first_share_));
  }
}

ServiceTimes::Kind ServiceTimes::kind_of(const std::string& name) {
  static const std::map<std::string, Kind> kinds{{"deterministic", Kind::deterministic},
                                                 {"exponential", Kind::exponential},
                                                 {"lognormal", Kind::lognormal},
                                                 {"hyperexponential", Kind::hyperexponential}};
  if (const auto found = kinds.find(name); found != kinds.end()) return found->second;
  throw Error(ExitStatus::bug, "no distribution of service times is named '" + name + "'");
}

}  // namespace daybreak::scaling
