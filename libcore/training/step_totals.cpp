#include "libcore/training/step_totals.h"

#include <algorithm>
#include <span>

namespace daybreak::training {

void StepTotals::begin(std::int64_t most) {
  taken_ = 0;
  mine_.assign(kLosses + static_cast<std::size_t>(most), 0);
  all_.resize(ranks() * mine_.size());
}

void StepTotals::gather(const GradientSquares& parts) {
  mine_[kSquares] = parts.sum;
  mine_[kNotFinite] = parts.finite ? 0 : 1;
  ranks_.all_gather(std::as_bytes(std::span(mine_)), std::as_writable_bytes(std::span(all_)));
}

double StepTotals::loss() const {
  double sum = 0;
  for (std::size_t rank = 0; rank < ranks(); ++rank)
    for (std::size_t i = kLosses; i < mine_.size(); ++i) sum += all_[rank * mine_.size() + i];
  return sum;
}

GradientSquares StepTotals::squares_of(std::size_t rank) const {
  const double* const told = all_.data() + rank * mine_.size();
  return {told[kSquares], told[kNotFinite] == 0};
}

GradientSquares StepTotals::squares() const {
  GradientSquares total;
  for (std::size_t rank = 0; rank < ranks(); ++rank) total.add(squares_of(rank));
  return total;
}

}  // namespace daybreak::training
