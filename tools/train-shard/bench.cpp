// How fast a model trains here, on made-up tokens.
#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/median.h"
#include "libcore/records/train_record.h"
#include "libcore/training/memory_limit.h"
#include "libcore/training/trainer.h"
#include "tools/frame/text.h"
#include "tools/train-shard/made_up.h"
#include "tools/train-shard/metrics.h"
#include "tools/train-shard/products.h"
#include "tools/train-shard/setup.h"
#include "tools/train-shard/split.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

class Bench : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    model_.declare(sink);
    batch_.declare(sink);
    sink.duration("time", &time_s_, "Measure so long, and at least three steps, after a first one that does not count");
    sink.flag("split", &split_, "Then time each operation of further steps, which this slows down a little");
    sink.flag("products", &products_, "Measure the model's matrix products one by one, in every format");
    device_.declare(sink);
    memory_.declare(sink);
    optimizer_.storage.declare(sink);
  }

  void check() override {
    model_.check();
    batch_.check();
  }

  frame::Outcome run(frame::Session& session) override {
    if (products_) return run_products(session);
    const model::Config config = model_.config();
    device::Device device = device_.open(session);
    const model::Precision precision = device_.formats(session, config);
    const training::TrainingMemory memory = memory_.choose({config, device, precision, optimizer_.storage, batch_});
    const Throughput throughput(model::training_flops_per_token(config, batch_.context), device,
                                precision.otherwise().fprop);
    training::Trainer trainer(config, device, precision, optimizer_, batch_, 1000000, memory.recompute);
    {
      training::TrainingState beginning;
      beginning.weights = model_.load(session).weights;  // what does not fit was refused before
      trainer.restore(beginning);
    }
    const std::vector<double> times = measure(trainer, config.vocabulary, session);
    const double step_s = median(times);
    const double tokens_per_s = static_cast<double>(batch_.batch * batch_.context) / step_s;

    io::Json record;
    record["schema"] = records::kTrainSchema;
    record["method"] = "bench";
    record["model"] = model_record(config);
    record["device"] = device_record(device);
    record["precision"] = device_.precision;
    record["emulated"] = emulated(device, precision);
    record["batch"] = batch_.batch;
    record["context"] = batch_.context;
    record["steps"] = times.size();
    record["step_median_s"] = step_s;
    record["step_best_s"] = *std::min_element(times.begin(), times.end());
    record["tokens_per_s"] = tokens_per_s;
    record["mfu"] = throughput.utilization(tokens_per_s);
    throughput.describe(record);
    record["recompute"] = training::recompute_name(memory.recompute);
    record["rounding"] = optimizer_.storage.rounding;
    record["moments"] = optimizer_.storage.moments;
    record["device_bytes"] = trainer.device_bytes();
    record["memory_peak_bytes"] = device.info().threads > 0 ? memory_peak_bytes() : trainer.device_bytes();
    std::string text = summary(device, tokens_per_s, step_s, record["mfu"]);
    if (split_) {
      constexpr int kSteps = 3;
      const auto step = [&, next = static_cast<std::int64_t>(times.size()) + 2]() mutable {
        trainer.step(made_up_batch(next++, batch_.batch, batch_.context, config.vocabulary));
      };
      record["split"] = split_of_steps(device, kSteps, step);
      text += split_text(record["split"]);
    }
    session.emit(record, text);
    return frame::Outcome::done;
  }

 private:
  frame::Outcome run_products(frame::Session& session) const {
    device::Device device = device_.open(session);
    const io::Json record =
        measured_products(device, model_.config(), batch_.at_once() * batch_.context, time_s_ / 50, session.stop());
    std::vector<std::vector<std::string>> rows{{"product", "m", "n", "k", "format", "GFLOP/s", "rounding GB/s"}};
    for (const io::Json& row : record.at("rows").as_array()) {
      const io::Json& cast = row.at("cast_bytes_per_s");
      rows.push_back({row.at("module").as_string(), row.at("m").dump(), row.at("n").dump(), row.at("k").dump(),
                      row.at("format").as_string(), frame::number(row.at("flops_per_s").as_double() / 1e9),
                      cast.is_null() ? "-" : frame::number(cast.as_double() / 1e9)});
    }
    session.emit(record, frame::table(rows));
    return frame::Outcome::done;
  }

  /// Seconds of each step.
  std::vector<double> measure(training::Trainer& trainer, std::int64_t vocabulary, frame::Session& session) const {
    std::vector<double> times;
    double total = 0;
    for (std::int64_t step = 1; times.size() < 3 || total < time_s_; ++step) {
      session.stop().check();
      const training::Batch batch = made_up_batch(step, batch_.batch, batch_.context, vocabulary);
      const StepClock clock(0);
      trainer.step(batch);
      const double seconds = clock.stop(0).wall_s;
      if (step == 1) continue;
      times.push_back(seconds);
      total += seconds;
    }
    return times;
  }

  std::string summary(const device::Device& device, double tokens_per_s, double step_s, const io::Json& mfu) const {
    return frame::table({{"device", std::string(device.info().name)},
                         {"formats", device_.precision},
                         {"tokens a second", frame::number(tokens_per_s)},
                         {"a step takes", frame::number(step_s) + " s"},
                         {"share of the peak", mfu.is_null() ? "-" : frame::percent(mfu.as_double())}});
  }

  ModelOptions model_;
  DeviceOptions device_;
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
