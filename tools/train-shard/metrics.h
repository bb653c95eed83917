#pragma once
// The records that a run emits, and the clocks behind them.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/device/device.h"
#include "libcore/model/precision.h"
#include "libcore/model/transformer.h"
#include "libcore/training/checkpoint_saver.h"
#include "libcore/training/trainer.h"
#include "tools/frame/tool.h"

namespace daybreak::train_shard {

/// The most memory that this process has held.
std::uint64_t memory_peak_bytes();

/// Work and peak of a model on a device, for the share of the peak that is reached (model FLOP utilization).
struct Throughput {
  double flops_per_token = 0;
  double peak_flops = 0;  // measured; 0: unknown
  std::string peak_format;

  Throughput(double flops_per_token, device::Device& device, daybreak_dtype format);
  /// null where the peak is unknown.
  io::Json utilization(double tokens_per_s) const;
  /// Adds flops_per_token, peak_flops, peak_format and, where the peak is unknown, mfu_reason.
  void describe(io::Json& record) const;
};

/// How long a step took, how long it waited for its data, and what reading these had taken.
struct StepTime {
  double wall_s = 0, stalled_s = 0, processor_s = 0;
  training::ReadTime reading;
};

/// Measures from construction to stop().
class StepClock {
 public:
  explicit StepClock(double stalled_before_s);
  StepTime stop(double stalled_now_s) const;

 private:
  std::chrono::steady_clock::time_point began_;
  double stalled_s_, processor_s_;
};

/// How a model does on what it has not seen.
struct Validation {
  double loss = 0;
  std::uint64_t tokens = 0;  // or samples
  std::optional<double> accuracy;  // of classes
};

/// Writes the records of one run and keeps what its summary needs.
class RunMetrics {
 public:
  RunMetrics(frame::RecordStream& stream, Throughput throughput, unsigned threads, std::uint64_t device_bytes)
      : stream_(stream), throughput_(std::move(throughput)), threads_(threads), device_bytes_(device_bytes) {}

  void begin(io::Json record);
  void step(const training::StepReport& report, const StepTime& time, std::int64_t skipped);
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
