#include "tools/train-shard/metrics.h"

#include <sys/resource.h>

#include <algorithm>

#include "libcore/io/json_optional.h"
#include "libcore/records/train_record.h"

namespace daybreak::train_shard {
namespace {

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec); };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace

std::uint64_t memory_peak_bytes() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
}

io::Json StepTime::busy_share() const {
  return busy_s ? io::Json(*busy_s / wall_s) : io::Json();
}

StepClock::StepClock(device::Device& device, Operations operations, double stalled_before_s)
    : threads_(device.info().threads), stalled_s_(stalled_before_s) {
  if (threads_ == 0 && operations == Operations::timed) operations_.emplace(device);
  processor_s_ = processor_seconds();
  began_ = std::chrono::steady_clock::now();
}

StepTime StepClock::stop(double stalled_now_s) {
  StepTime time;
  time.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  time.stalled_s = stalled_now_s - stalled_s_;
  // Threads that read data compute too, beside those of the device.
  if (threads_ > 0) time.busy_s = std::min((processor_seconds() - processor_s_) / threads_, time.wall_s);
  if (operations_) time.busy_s = operations_->total_s();
  return time;
}

StepTime timed_step(training::Trainer& trainer, device::Device& device, const training::Batch& batch, Operations operations) {
  StepClock clock(device, operations);
  trainer.step(batch);
  return clock.stop();
}

void RunMetrics::begin(io::Json record) {
  io::Json first;
  first["type"] = "begin";
  first["schema"] = records::kTrainSchema;
  for (auto& [key, value] : record.as_object()) first[key] = value;
  throughput_.describe(first);
  if (threads_ == 0) first["busy_share_reason"] = "measured in one step of " + std::to_string(kTimedEvery) + ", null in the others";
  stream_.write(first);
}

io::Json RunMetrics::memory() const {
  // A processor computes in the memory of this process; other devices have their own.
  return threads_ > 0 ? memory_peak_bytes() : device_bytes_;
}

void RunMetrics::step(const training::StepReport& report, const StepTime& time, std::int64_t skipped) {
  tokens_ += report.tokens;
  seconds_ += time.wall_s;
  stalled_s_ += time.stalled_s;
  loss_ = report.loss;
  const double tokens_per_s = static_cast<double>(report.tokens) / time.wall_s;
  io::Json record;
  record["type"] = "step";
  record["step"] = report.step;
  record["loss"] = report.loss;
  record["lr"] = report.learning_rate;
  record["grad_norm"] = report.skipped ? io::Json() : io::Json(report.gradient_norm);
  record["tokens"] = report.tokens;
  record["tokens_per_s"] = tokens_per_s;
  record["mfu"] = throughput_.utilization(tokens_per_s);
  record["busy_share"] = time.busy_share();
  record["data_stall_share"] = time.stalled_s / time.wall_s;
  record["data_stall_s"] = time.stalled_s;
  record["data_fetch_s"] = time.reading.fetch_s;
  record["data_decode_s"] = time.reading.decode_s;
  if (time.exchange_s) record["exchange_s"] = *time.exchange_s;
  record["memory_peak_bytes"] = memory();
  record["loss_scale"] = report.loss_scale;
  record["skipped"] = skipped;
  stream_.write(record);
}

void RunMetrics::shares(std::int64_t step, const std::vector<std::int64_t>& micro_batches) {
  io::Json record;
  record["type"] = "shares";
  record["step"] = step;
  record["micro_batches"] = io::Json::array(micro_batches);
  stream_.write(record);
}

void RunMetrics::validation(std::int64_t step, const Validation& found, double seconds) {
  validation_loss_ = found.loss;
  validation_accuracy_ = found.accuracy;
  io::Json record;
  record["type"] = "validation";
  record["step"] = step;
  record["loss"] = found.loss;
  if (found.accuracy) record["accuracy"] = *found.accuracy;
  record["tokens"] = found.tokens;
  record["tokens_per_s"] = static_cast<double>(found.tokens) / seconds;
  stream_.write(record);
}

void RunMetrics::checkpoint(const training::CheckpointSaver::Saved& saved) {
  io::Json record;
  record["type"] = "checkpoint";
  record["step"] = saved.step;
  record["stall_s"] = saved.stall_s;
  record["write_s"] = saved.write_s;
  stream_.write(record);
}

void RunMetrics::failed_checkpoint(std::int64_t step, const Error& failure) {
  io::Json record;
  record["type"] = "checkpoint";
  record["step"] = step;
  record["problem"] = failure.what();
  stream_.write(record);
}

void RunMetrics::summary(std::int64_t steps, const std::string& stopped_by, const io::Json& extra) {
  const double tokens_per_s = seconds_ > 0 ? static_cast<double>(tokens_) / seconds_ : 0;
  io::Json record;
  record["type"] = "summary";
  record["schema"] = records::kTrainSchema;
  record["steps"] = steps;
  record["loss"] = io::or_null(loss_);
  if (!loss_) record["loss_reason"] = "no step was left to do";
  record["validation_loss"] = io::or_null(validation_loss_);
  if (!validation_loss_) record["validation_loss_reason"] = "nothing was held out, or the run was stopped before";
  if (validation_accuracy_) record["validation_accuracy"] = *validation_accuracy_;
  record["tokens_per_s"] = seconds_ > 0 ? io::Json(tokens_per_s) : io::Json();
  record["mfu"] = nullptr;
  if (seconds_ > 0) throughput_.add_utilization(record, tokens_per_s);
  record["data_stall_share"] = seconds_ > 0 ? io::Json(stalled_s_ / seconds_) : io::Json();
  record["memory_peak_bytes"] = memory();
  record["stopped_by"] = stopped_by;
  for (const auto& [key, value] : extra.as_object()) record[key] = value;
  stream_.write(record);
}

}  // namespace daybreak::train_shard
