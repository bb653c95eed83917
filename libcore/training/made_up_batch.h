#pragma once
// Batches whose tokens do not matter: to measure speed.
#include <cstdint>

#include "libcore/training/batch_loader.h"

namespace daybreak::training {

/// Tokens of a small linear congruence below `vocabulary`, other ones for each step.
Batch made_up_batch(std::int64_t step, std::int64_t sequences, std::int64_t context, std::int64_t vocabulary);

}  // namespace daybreak::training
