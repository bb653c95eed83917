#include "libcore/finance/claims/consistency.h"

#include <cmath>
#include <limits>

#include "libcore/base/error.h"
#include "libcore/finance/claims/literal.h"
#include "libcore/io/json.h"

namespace daybreak::finance {
namespace {

void require_share(double share) {
  if (!(share >= 0 && share <= 1))
    throw usage_error("expected a share of the time or of the costs from 0 to 1, found " + io::Json(share).dump());
}

void require_positive(const char* name, double value) {
  if (!(value > 0) || !std::isfinite(value))
    throw usage_error(std::string(name) + ": expected more than 0, found " + io::Json(value).dump());
}

}  // namespace

double amdahl_speedup(double share, double ratio) {
  require_share(share);
  require_positive("ratio", ratio);
  return 1 / (1 - share + share / ratio);
}

double amdahl_ceiling(double share) {
  require_share(share);
  return share < 1 ? 1 / (1 - share) : std::numeric_limits<double>::infinity();
}

std::optional<double> amdahl_share(double speedup, double ratio) {
  require_positive("speedup", speedup);
  require_positive("ratio", ratio);
  if (speedup == 1) return 0;
  const double share = (1 - 1 / speedup) / (1 - 1 / ratio);
  if (!(share >= 0 && share <= 1)) return std::nullopt;
  return share;
}

double cost_per_work(double premium, double share, double speedup) {
  require_share(share);
  require_positive("speedup", speedup);
  require_positive("1 + premium", 1 + premium);
  return (1 + premium * share) / speedup;
}

std::optional<double> investment_of_multiple(double multiple, double growth) {
  using F = LiteralFormula;
  require_positive("growth", growth);
  const double investment = (multiple / (F::kBase * growth) - 1) / F::kBonus * F::kKinkMillions;
  if (!(investment >= 0 && investment < F::kKinkMillions)) return std::nullopt;
  return investment;
}

}  // namespace daybreak::finance
