#include "libcore/scaling/policies/hpa_replicas.h"

#include <algorithm>

#include "libcore/scaling/policies/rounding.h"

namespace daybreak::scaling {
namespace {

bool tolerated(double ratio, const HpaTarget& target) {
  return 1.0 - target.tolerance_down <= ratio && ratio <= 1.0 + target.tolerance_up;
}

/// Counts a group as using `usage` of each of its requests.
void count_as(double usage, const HpaPods::Group& group, HpaPods& pods) {
  pods.usage += usage * group.requests;
  pods.measured.pods += group.pods;
  pods.measured.requests += group.requests;
}

double ratio_of(const HpaPods& pods, const HpaTarget& target) {
  return pods.usage / pods.measured.requests / target.usage;
}

}  // namespace

std::optional<std::int64_t> hpa_replicas(const HpaPods& pods, std::int64_t current, const HpaTarget& target) {
  if (pods.measured.pods == 0) return std::nullopt;
  const double seen = ratio_of(pods, target);
  HpaPods guessed = pods;
  if (seen > 1) {
    count_as(0, pods.missing, guessed);
    count_as(0, pods.unready, guessed);
  } else if (seen < 1) {
    count_as(target.missing_usage, pods.missing, guessed);
  }
  const double ratio = ratio_of(guessed, target);
  const bool turned = (seen < 1 && ratio > 1) || (seen > 1 && ratio < 1);
  if (tolerated(ratio, target) || turned) return current;
  const std::int64_t asked = whole_nodes(ratio * static_cast<double>(guessed.measured.pods));
  // More pods may have been counted than there should be, as in a rolling update: their number must not turn the direction either.
  const bool count_turned = (ratio < 1 && asked > current) || (ratio > 1 && asked < current);
  return count_turned && guessed.measured.pods != pods.measured.pods ? current : asked;
}

std::optional<std::int64_t> hpa_greatest(std::span<const std::optional<std::int64_t>> proposals, std::int64_t current) {
  const auto greatest = std::max_element(proposals.begin(), proposals.end());  // what failed is less than any number
  const bool failed = std::any_of(proposals.begin(), proposals.end(), [](const auto& proposal) { return !proposal; });
  if (greatest == proposals.end() || !*greatest || (failed && **greatest < current)) return std::nullopt;
  return *greatest;
}

}  // namespace daybreak::scaling
