#pragma once
// What each rank of a job measures of itself before the first step.
#include <limits>
#include <span>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/model/config.h"
#include "libcore/model/memory.h"
#include "libcore/model/precision.h"
#include "libcore/training/collectives/collectives.h"
#include "libcore/training/options.h"
#include "libcore/training/shares.h"
#include "libcore/training/slowdown.h"

namespace daybreak::training {

/// What is measured, and with what. All ranks have the same but for device, slowdown and room.
struct CalibrationTask {
  const model::Config& config;
  device::Device& device;
  const model::Precision& precision;
  const OptimizerOptions& optimizer;
  BatchOptions batch;  // of a whole step; at_once() sequences are a micro-batch
  model::Recompute recompute = model::Recompute::none;
  std::span<const float> weights;  // that a run begins with: chips are faster with zeros
  Slowdown slowdown;  // as it is in the step that comes next
  double state_room_bytes = std::numeric_limits<double>::infinity();  // as in RankPace
  double time_s = 0.5;  // that micro-batches are measured, at least
};

/// The paces of all ranks, in their order, measured at the same time: ranks that share a host slow each other down as they
/// will in the run. A rank computes micro-batches of made-up tokens in a model of its own that is gone at return, so that
/// nothing is left of it anywhere. Throws what the device or Collectives throw. cost: time_s, or three micro-batches of the
/// slowest rank but no more than two seconds and three micro-batches; and two micro-batches more.
std::vector<RankPace> measured_paces(const CalibrationTask& task, Collectives& ranks);

}  // namespace daybreak::training
