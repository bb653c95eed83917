// How fast a model trains here, on made-up tokens, and what share of the device it makes use of.
#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/median.h"
#include "libcore/device/speed.h"
#include "libcore/records/train_record.h"
#include "libcore/training/made_up_batch.h"
#include "libcore/training/memory_limit.h"
#include "libcore/training/trainer.h"
#include "tools/train-shard/bench_text.h"
#include "tools/train-shard/metrics.h"
#include "tools/train-shard/products.h"
#include "tools/train-shard/setup.h"
#include "tools/train-shard/split.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

/// What a measurement is of: one choice of number formats.
struct Formats {
  std::string name;
  model::Precision precision;
};

/// One after the other on the same trainer.
struct Steps {
  std::vector<double> wall_s;
  io::Json busy_share;
};

class Bench : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    model_.declare(sink);
    batch_.declare(sink);
    sink.duration("time", &time_s_, "Measure so long, and at least three steps, after a first one that does not count");
    sink.flag("split", &split_, "Then time each operation of further steps, which this slows down a little");
    sink.flag("products", &products_, "Measure the model's matrix products one by one, in every format");
    device_.declare_device(sink);
    sink.list("precision", &precisions_, "FILE|FORMAT", "Formats as of run, f32 if none; several are measured one after the other",
              Completes::file);
    memory_.declare(sink);
    optimizer_.storage.declare(sink);
  }

  void check() override {
    model_.check();
    batch_.check();
    if (products_ && (split_ || !precisions_.empty()))
      throw usage_error("--products measures every format and no step", "leave --precision and --split out");
  }

  frame::Outcome run(frame::Session& session) override {
    device::Device device = device_.open(session);
    const model::Config config = model_.config();
    if (products_) {
      const io::Json record = measured_products(device, config, batch_.at_once() * batch_.context, time_s_ / 50, session.stop());
      session.emit(record, products_text(record));
      return frame::Outcome::done;
    }
    io::Json record = common_record(device, config), rows = io::Json::array();
    device::Peaks peaks(device);
    const double bf16_flops = peaks.measured(DAYBREAK_BF16);
    for (const Formats& formats : all_formats(session, config))
      rows.push_back(measured(formats, device, config, peaks, session));
    record["memory_peak_bytes"] = peak_bytes(device, rows);
    record["memory_bytes_per_s"] = device::memory_bytes_per_s(device, time_s_ / 10, session.stop());
    record["bf16_peak_flops_per_s"] = bf16_flops > 0 ? io::Json(bf16_flops) : io::Json();
    const std::string text = bench_text(record, rows);
    if (rows.size() > 1) {
      record["rows"] = std::move(rows);
    } else {
      for (const auto& [key, value] : rows.at(0).as_object()) record[key] = value;
    }
    session.emit(record, text);
    return frame::Outcome::done;
  }

 private:
  /// What does not depend on the formats.
  io::Json common_record(const device::Device& device, const model::Config& config) const {
    io::Json record;
    record["schema"] = records::kTrainSchema;
    record["method"] = "bench";
    record["model"] = model_record(config);
    record["device"] = device_record(device);
    record["batch"] = batch_.batch;
    record["context"] = batch_.context;
    record["rounding"] = optimizer_.storage.rounding;
    record["moments"] = optimizer_.storage.moments;
    return record;
  }

  /// All that are named, so that a wrong one is refused before anything is measured.
  std::vector<Formats> all_formats(frame::Session& session, const model::Config& config) const {
    std::vector<Formats> all;
    for (const std::string& name : precisions_.empty() ? std::vector<std::string>{"f32"} : precisions_)
      all.push_back({name, DeviceOptions{device_.device, name}.formats(session, config)});
    return all;
  }

  io::Json measured(const Formats& formats, device::Device& device, const model::Config& config, device::Peaks& peaks,
                    frame::Session& session) const {
    const training::TrainingMemory memory =
        memory_.choose({config, device, formats.precision, optimizer_.storage, batch_});
    const Throughput throughput(model::training_flops_by_format(config, batch_.context, formats.precision), peaks);
    training::Trainer trainer(config, device, formats.precision, optimizer_, batch_, 1000000, memory.recompute);
    {
      training::TrainingState beginning;
      beginning.weights = model_.load(session).weights;  // what does not fit was refused before
      trainer.restore(beginning);
    }
    const auto step = [&](Operations operations) {
      session.stop().check();
      return timed_step(trainer, device,
                        training::made_up_batch(trainer.step_count() + 1, batch_.batch, batch_.context, config.vocabulary),
                        operations);
    };
    const Steps steps = measured_steps(step, device.in_host_memory());
    const double step_s = median(steps.wall_s), tokens_per_s = static_cast<double>(batch_.batch * batch_.context) / step_s;

    io::Json row;
    row["precision"] = formats.name;
    row["emulated"] = emulated(device, formats.precision);
    row["steps"] = steps.wall_s.size();
    row["step_median_s"] = step_s;
    row["step_best_s"] = *std::min_element(steps.wall_s.begin(), steps.wall_s.end());
    row["tokens_per_s"] = tokens_per_s;
    throughput.add_utilization(row, tokens_per_s);
    row["mfu_of_bf16_peak"] = throughput.share_of(peaks.measured(DAYBREAK_BF16), tokens_per_s);
    row["busy_share"] = steps.busy_share;
    throughput.describe(row);
    row["recompute"] = training::recompute_name(memory.recompute);
    row["device_bytes"] = trainer.device_bytes();
    if (split_) row["split"] = split_of_steps(device, kExtraSteps, [&] { step(Operations::alone); });
    return row;
  }

  /// step(): one step of training. A device with a queue says in steps of their own how long it had work.
  template <typename Step>
  Steps measured_steps(const Step& step, bool is_processor) const {
    step(Operations::alone);  // touches memory for the first time
    Steps steps;
    double wall_s = 0, busy_s = 0;
    while (steps.wall_s.size() < 3 || wall_s < time_s_) {
      const StepTime time = step(Operations::alone);
      steps.wall_s.push_back(time.wall_s);
      wall_s += time.wall_s;
      busy_s += time.busy_s.value_or(0);
    }
    if (!is_processor) {
      wall_s = 0;
      for (int i = 0; i < kExtraSteps; ++i) {
        const StepTime time = step(Operations::timed);
        wall_s += time.wall_s;
        busy_s += time.busy_s.value_or(0);
      }
    }
    steps.busy_share = busy_s / wall_s;
    return steps;
  }

  /// The most that was held: by this process, where a processor computes, else on the device.
  static std::uint64_t peak_bytes(const device::Device& device, const io::Json& rows) {
    if (device.in_host_memory()) return memory_peak_bytes();
    std::uint64_t most = 0;
    for (const io::Json& row : rows.as_array()) most = std::max(most, row.at("device_bytes").as_uint());
    return most;
  }

  static constexpr int kExtraSteps = 3;

  ModelOptions model_;
  DeviceOptions device_;
  std::vector<std::string> precisions_;
  training::BatchOptions batch_;
  training::MemoryLimit memory_;
  training::OptimizerOptions optimizer_;
  double time_s_ = 3;
  bool split_ = false, products_ = false;
};

}  // namespace

std::unique_ptr<frame::Verb> make_bench() {
  return std::make_unique<Bench>();
}

}  // namespace daybreak::train_shard
