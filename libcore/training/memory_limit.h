#pragma once
// What a run takes on its device, and how it is made to fit before its first step.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "libcore/device/device.h"
#include "libcore/model/memory.h"
#include "libcore/training/division.h"
#include "libcore/training/options.h"

namespace daybreak::training {

/// Bytes on the device, and the recomputation that they are for.
struct TrainingMemory {
  model::Recompute recompute = model::Recompute::none;
  model::MemoryPlan model;
  std::size_t optimizer = 0;  // moments and compensation of this rank's parts
  std::size_t sums = 0;       // of gradients of micro-batches, where they are added in a fixed order
  std::size_t limit = 0;      // that all of it may take; 0: unknown
  std::size_t total() const { return model.total() + optimizer + sums; }
  /// What the optimizer's state may take.
  double state_room() const {
    return limit == 0 ? std::numeric_limits<double>::infinity() : static_cast<double>(limit - model.total() - sums);
  }
};

/// What decides them.
struct TrainingShape {
  const model::Config& config;
  const device::Device& device;
  const model::Precision& precision;
  StorageOptions storage;
  BatchOptions batch;
  std::optional<Division> division = {};  // of a job of several ranks
  int rank = 0;
  bool shares_follow = false;  // other shares of the micro-batches than the division's may come, with the ranks' paces
};

/// What a Trainer of this shape takes. Errors as those of model::Transformer.
TrainingMemory plan_training(const TrainingShape& shape, model::Recompute recompute);

/// When a run writes checkpoints.
enum class Saving { never, at_the_end, early };
/// What it begins with: weights, or all of the state of a checkpoint, which is read into the host's memory.
enum class Start { with_weights, from_checkpoint };
/// What these take in the host's memory beside model and optimizer, where these lie there too: where a checkpoint was
/// read, or training goes on while one is written, a copy of the state; of narrow storage, which is written as float32,
/// a copy for any checkpoint.
std::uint64_t copy_bytes(const TrainingShape& shape, Saving saving, Start start = Start::with_weights);

struct MemoryLimit {
  std::string recompute = "auto";  // none, gelu+norm, block, or auto: the first of these that fits
  /// That a run may take on the device; not given: what is free in the host's memory, or all of a chip's.
  std::optional<std::int64_t> bytes;
  /// Runs, or ranks of one, that share the host's memory: each gets its part of what is free.
  std::int64_t sharers = 1;

  void declare(OptionSink& sink);
  /// Throws Error (resources) that says how much is needed and what would fit, where this does not.
  TrainingMemory choose(const TrainingShape& shape, Saving saving = Saving::never,
                        Start start = Start::with_weights) const;
};

/// "none", "gelu+norm", "block".
std::string_view recompute_name(model::Recompute recompute);

}  // namespace daybreak::training
