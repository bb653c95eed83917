#pragma once
// The loss on what is held out, computed by all ranks of a job.
#include <cstdint>
#include <span>

#include "libcore/base/stop.h"
#include "libcore/training/evaluation.h"
#include "tools/train-shard/ranks.h"

namespace daybreak::train_shard {

struct ValidationData {
  const training::TokenSource& source;
  training::TokenRange range;
};

/// Each rank computes its part, in proportion to `shares`; the sum is that of one process, bit for bit, if the devices are. To be
/// called on all ranks. Throws Interrupted on all of them where one was asked to stop.
model::Loss validate_together(model::Transformer& model, const ValidationData& data, std::span<const std::int64_t> shares,
                              Ranks& ranks, const StopToken& stop);

}  // namespace daybreak::train_shard
