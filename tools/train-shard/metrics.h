#pragma once
// The records that a run emits, and the clocks behind them.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/device/operation_times.h"
#include "libcore/training/checkpoint_saver.h"
#include "libcore/training/trainer.h"
#include "tools/frame/tool.h"
#include "tools/train-shard/throughput.h"

namespace daybreak::train_shard {

/// The most memory that this process has held.
std::uint64_t memory_peak_bytes();

/// How long a step took, how long it waited for its data, and what reading these had taken.
struct StepTime {
  double wall_s = 0, stalled_s = 0;
  std::optional<double> busy_s;  // that the device had work
  training::ReadTime reading;
  std::optional<double> exchange_s;  // of that, where there are other ranks: with them and waiting for them

  /// busy_s over wall_s, or null.
  io::Json busy_share() const;
};

/// What StepClock finds out about devices other than processors: events around each operation take a little time.
enum class Operations { alone, timed };

/// Measures from construction to stop(). Of a processor busy_s is what this process has computed, over the device's threads, and no
/// more than the step took; of another device the time of its operations, one after the other, where these are timed.
class StepClock {
 public:
  StepClock(device::Device& device, Operations operations, double stalled_before_s = 0);
  StepTime stop(double stalled_now_s = 0);

 private:
  unsigned threads_;
  std::optional<device::OperationTimes> operations_;
  std::chrono::steady_clock::time_point began_;
  double stalled_s_, processor_s_;
};

/// A step of training, with the batch at hand.
StepTime timed_step(training::Trainer& trainer, device::Device& device, const training::Batch& batch, Operations operations);

/// How a model does on what it has not seen.
struct Validation {
  double loss = 0;
  std::uint64_t tokens = 0;  // or samples
  std::optional<double> accuracy;  // of classes
};

/// Of every so many steps of a run one has its operations timed.
inline constexpr std::int64_t kTimedEvery = 10;

/// Writes the records of one run and keeps what its summary needs.
class RunMetrics {
 public:
  RunMetrics(frame::RecordStream& stream, Throughput throughput, unsigned threads, std::uint64_t device_bytes)
      : stream_(stream), throughput_(std::move(throughput)), threads_(threads), device_bytes_(device_bytes) {}

  void begin(io::Json record);
  void step(const training::StepReport& report, const StepTime& time, std::int64_t skipped);
  /// Micro-batches that each rank takes after that step.
  void shares(std::int64_t step, const std::vector<std::int64_t>& micro_batches);
  void validation(std::int64_t step, const Validation& found, double seconds);
  void checkpoint(const training::CheckpointSaver::Saved& saved);
  void failed_checkpoint(std::int64_t step, const Error& failure);
  void summary(std::int64_t steps, const std::string& stopped_by, const io::Json& extra);

 private:
  io::Json memory() const;

  frame::RecordStream& stream_;
  Throughput throughput_;
  unsigned threads_;
  std::uint64_t device_bytes_;
  std::uint64_t tokens_ = 0;
  double seconds_ = 0, stalled_s_ = 0;
  std::optional<double> loss_, validation_loss_, validation_accuracy_;
};

}  // namespace daybreak::train_shard
