#include "libcore/training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace daybreak::training {

double learning_rate_at(const OptimizerOptions& options, std::int64_t step, std::int64_t steps) {
  if (step <= options.warmup_steps)
    return options.learning_rate * static_cast<double>(step) / static_cast<double>(options.warmup_steps);
  const double past = static_cast<double>(step - options.warmup_steps);
  const double length = static_cast<double>(std::max<std::int64_t>(steps - options.warmup_steps, 1));
  const double share = std::min(past / length, 1.0);
  const double cosine = 0.5 * (1 + std::cos(std::numbers::pi * share));
  return options.min_learning_rate + cosine * (options.learning_rate - options.min_learning_rate);
}

}  // namespace daybreak::training
