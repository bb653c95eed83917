#pragma once
// The learning rate of each step.
#include <cstdint>

#include "libcore/training/options.h"

namespace daybreak::training {

/// The rate of step `step` (from 1) of `steps`: lr * step / warmup up to the end of the warm-up, then along half a cosine
/// from lr to min_lr, which the last step has (Loshchilov and Hutter, SGDR, 2017, without restarts).
double learning_rate_at(const OptimizerOptions& options, std::int64_t step, std::int64_t steps);

}  // namespace daybreak::training
