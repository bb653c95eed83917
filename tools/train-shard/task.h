#pragma once
// What a run trains, as the loop over its steps sees it.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/training/checkpoint_saver.h"
#include "libcore/training/read_ahead.h"
#include "libcore/training/trainer.h"
#include "tools/train-shard/metrics.h"
#include "tools/train-shard/run_options.h"
#include "tools/train-shard/run_place.h"

namespace daybreak::train_shard {

/// A model, its data and its state on a device, opened and checked. Nothing is written before a run begins.
class Task {
 public:
  virtual ~Task() = default;

  // --- to be called on all ranks ---
  /// Throws Error (usage) where the ranks have other data or models.
  virtual void compare_ranks() = 0;
  /// What a dry run says.
  virtual void emit_plan(frame::Session& session) = 0;
  /// Takes memory on the device and puts the state there.
  virtual void begin() = 0;
  /// What the begin record says.
  virtual io::Json record() = 0;
  /// Of all devices.
  virtual Throughput throughput() = 0;
  virtual training::StepReport step() = 0;
  virtual Validation validate(const StopToken& stop) = 0;
  /// computed_s: of each rank, in the last step. The micro-batches that the ranks take from the next step on, where that is
  /// another division than before.
  virtual std::optional<std::vector<std::int64_t>> divide_anew(std::span<const double> computed_s) = 0;

  // --- of this rank ---
  virtual device::Device& device() = 0;
  virtual std::size_t device_bytes() = 0;
  virtual bool resumed() const = 0;
  virtual bool emulated() const = 0;
  /// Steps that are done, and of those that were skipped.
  virtual std::int64_t step_count() = 0;
  virtual std::int64_t skipped_before() const = 0;

  /// Begins to read for the steps that are left.
  virtual void begin_reading() = 0;
  /// The clocks behind it.
  virtual const training::ReadAhead& reading() const = 0;
  /// Gets the next step's batch, or what this rank takes of it.
  virtual void fetch() = 0;
  /// What is called in each step before the state changes.
  virtual void before_update(std::function<void()> call) = 0;
  /// True where a child that fork() makes has a copy of the state.
  virtual bool state_in_host_memory() const = 0;
  /// What writes the present state, and what copies it first. A device with a memory of its own hands it over at once.
  virtual training::CheckpointSaver::Write writer() = 0;
  virtual training::CheckpointSaver::Take copier() = 0;
  /// That state is now a version of the folder.
  virtual void saved(const std::filesystem::path& version) = 0;
};

/// What tasks are made of, and with; all of it must outlive them.
struct TaskParts {
  const RunOptions& options;
  frame::Session& session;
  Ranks& ranks;
  RunPlace& place;
};

/// A transformer on tokens.
std::unique_ptr<Task> make_token_task(const TaskParts& parts);
/// A perceptron on samples. Error (usage) under several ranks.
std::unique_ptr<Task> make_table_task(const TaskParts& parts);
/// Whichever the options ask for. Takes no other rank along.
std::unique_ptr<Task> make_task(const TaskParts& parts);

}  // namespace daybreak::train_shard
