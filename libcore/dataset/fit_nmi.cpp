// Bounds on the error that keep a share of the information, as quality.h measures it.
#include <cmath>

#include "libcore/dataset/loss.h"

namespace daybreak::dataset {

std::optional<LossBounds> bounds_by_nmi(const io::ArraySource& source, const LossBounds& bounds,
                                        const Surroundings& around) {
  constexpr int kRounds = 24;
  const double wanted = *bounds.integrity;
  // A value leaves its bin of 256 with the step over four times the bin's width, which costs a share of its eight bits.
  double lost = std::pow((1 - wanted) / 12, 2) / 12;
  std::optional<LossBounds> found;
  bool failed = false;
  for (int round = 0; round < kRounds && lost > 0 && lost < 1; ++round) {
    around.stop.check();
    LossBounds tried = bounds;
    tried.measure = "r2";
    tried.integrity = 1 - lost;
    const std::optional<Rounding> rounding = fit_rounding(source, tried, around);
    if (!rounding) return std::nullopt;
    const RoundedSource rounded(std::shared_ptr<const io::ArraySource>(std::shared_ptr<void>(), &source), *rounding);
    const auto kept = measure_quality(source, rounded, rounding->missing, false, around.threads).normalized_information;
    if (!kept) return std::nullopt;
    if (*kept >= wanted) {
      // As much as this rounding did lose, and not what it might have.
      tried.integrity = std::min(1.0, measure_rounding(source, *rounding, tried, around).integrity);
      found = tried;
      if (failed) return found;
      lost *= 4;
    } else {
      failed = true;
      if (found) return found;
      lost /= 4;
    }
  }
  return found;
}

}  // namespace daybreak::dataset
