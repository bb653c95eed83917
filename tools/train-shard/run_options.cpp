#include "tools/train-shard/run_options.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "libcore/base/described.h"
#include "libcore/training/checkpoint.h"

namespace daybreak::train_shard {

void RunOptions::declare(OptionSink& sink) {
  using Range = OptionSink::Range;
  model.declare(sink);
  sink.file("data", &data, "Learn from the token stream of this dataset", "FILE.h5");
  sink.text("out", &out, "DIR", "Keep checkpoints in DIR");
  sink.count("steps", &steps, "N", "Steps of the whole run, those of a resumed part included", Range{0, 1e12});
  batch.declare(sink);
  device.declare(sink);
  memory.declare(sink);
  optimizer.declare(sink);
  sink.group("Samples (of a perceptron)");
  sink.text("target", &target, "ARRAY[:COLUMN]", "What is to be learned; not given: the one array of labels");
  sink.count("shift", &shift, "N", "Move each image by up to N pixels either way, at random", Range{0, 1e4});
  reading.declare(sink);
  sink.group("Checkpoints");
  sink.flag("resume", &resume, "Go on from the latest checkpoint in DIR; begin where there is none");
  sink.count("save-every", &save_every, "N", "Steps between checkpoints, 0 for one at the end only", Range{0, 1e12});
  sink.count("keep", &keep, "N", "Checkpoints that stay, 0 for all", Range{0, 1e9});
  sink.duration("max-time", &max_time_s, "Stop after this time with a checkpoint and exit status 75");
  sink.file("stop-file", &stop_file, "Stop likewise as soon as FILE exists");
  sink.group("Validation and records");
  sink.file("val", &validation_data, "Validate on this dataset", "FILE.h5");
  sink.share("val-share", &validation_share, "Hold out the last SHARE of the data and validate on it");
  sink.count("eval-every", &eval_every, "N", "Steps between validations, 0 for one at the end only", Range{0, 1e12});
  sink.file("metrics", &metrics, "Append the records to FILE instead of stdout");
  sink.group("Ranks");
  shares.declare(sink);
  sink.duration("patience", &patience_s, "Give a rank up that the others have waited for so long");
  slowdown.declare(sink);
  slowdown.declare_first_step(sink);
}

void RunOptions::check() const {
  if (data.empty()) throw usage_error("--data is missing", "name a dataset that compress-dataset has written");
  if (out.empty()) throw usage_error("--out is missing", "name a folder for checkpoints");
  if (!resume || model.given()) model.check();
  if (validation_data && validation_share > 0) throw usage_error("--val and --val-share exclude each other");
  if (validation_share >= 1) throw usage_error("--val-share leaves nothing to train on");
  if (eval_every > 0 && !validates())
    throw usage_error("--eval-every has nothing to validate on",
                      "hold out a part by --val-share 10%, or name a dataset by --val");
  batch.check();
  optimizer.check(steps);
}

namespace {

constexpr std::array kOfEachRank{"device", "mem", "recompute", "data", "val", "prefetch", "readers", "inject-latency",
                                 "inject-slowdown", "slow-from", "max-time"};

class Declared : public OptionSink {
 public:
  void add(Option option) override { options.push_back(std::move(option)); }
  void group(std::string_view) override {}
  std::vector<Option> options;
};

}  // namespace

io::Json RunOptions::of_all_ranks() const {
  RunOptions copy = *this;
  Declared declared;
  copy.declare(declared);
  io::Json all = io::Json::object();
  for (const Option& option : declared.options)
    if (std::find(kOfEachRank.begin(), kOfEachRank.end(), option.name) == kOfEachRank.end())
      for (const std::string& value : option.get()) all[option.name] = value;
  return all;
}

training::Division RunOptions::division(int ranks) const {
  return shares.division(batch.batch / batch.at_once(), ranks);
}

void RunOptions::divide_batch(int ranks) {
  if (ranks == 1 || batch.micro_batch != 0) return;
  constexpr std::int64_t kFewest = 4;  // of each rank, so that shares can follow the ranks' paces
  std::int64_t largest = std::max<std::int64_t>(1, batch.batch / (kFewest * ranks));
  while (batch.batch % largest != 0) --largest;
  batch.micro_batch = largest;
}

namespace {

io::Json changeable(const RunOptions& options) {
  io::Json may;
  may["steps"] = options.steps;
  may["precision"] = options.device.precision;
  const training::OptimizerOptions& adamw = options.optimizer;
  may["lr"] = adamw.learning_rate;
  may["min-lr"] = adamw.min_learning_rate;
  may["warmup"] = adamw.warmup_steps;
  may["weight-decay"] = adamw.weight_decay;
  may["beta1"] = adamw.beta1;
  may["beta2"] = adamw.beta2;
  may["epsilon"] = adamw.epsilon;
  may["clip"] = adamw.clip;
  may["rounding"] = adamw.storage.rounding;
  may["moments"] = adamw.storage.moments;
  return may;
}

}  // namespace

io::Json identity_of(const RunOptions& options, const training::TokenSource& data, std::uint64_t seed) {
  io::Json identity;
  io::Json& must = identity["must"];
  must["data"]["array"] = data.array();
  must["data"]["tokens"] = data.count();
  must["data"]["fingerprint"] = data.fingerprint();
  must["val-share"] = options.validation_share;
  must["seed"] = seed;
  must["batch"] = options.batch.batch;
  must["context"] = options.batch.context;
  identity["may"] = changeable(options);
  identity["may"]["micro-batch"] = options.batch.micro_batch;
  identity["may"]["reduce"] = options.batch.reduce;
  return identity;
}

io::Json table_identity(const RunOptions& options, const training::TableSource& data, std::uint64_t seed) {
  io::Json identity;
  io::Json& must = identity["must"];
  must["data"]["target"] = data.target_name();
  must["data"]["samples"] = data.rows();
  must["data"]["fingerprint"] = data.fingerprint();
  must["val-share"] = options.validation_share;
  must["seed"] = seed;
  must["batch"] = options.batch.batch;
  must["shift"] = options.shift;
  identity["may"] = changeable(options);
  return identity;
}

Error another_model(const std::filesystem::path& version) {
  return usage_error("--resume: the model of " + version.string() + " differs from the one that is named",
                     "leave out --model and --init");
}

// Texts are compared: a real number that is whole reads back as an integer.
io::Json changes_since(const io::Json& then, const io::Json& now, const std::filesystem::path& version) {
  const std::string file = (version / training::kStateFile).string();
  const io::Json fast = "fast";
  const auto old_of = [&](const char* part, const std::string& key) -> const io::Json& {
    return described(file, "begin a new run in another --out", [&]() -> const io::Json& {
      const io::Json& old = then.at(part);
      // Checkpoints from before there was another way do not speak of it.
      return key == "reduce" && !old.find(key) ? fast : old.at(key);
    });
  };
  for (const auto& [key, value] : now.at("must").as_object()) {
    const io::Json& old = old_of("must", key);
    if (old.dump() == value.dump()) continue;
    throw usage_error(
        "--resume: " + version.string() + " was trained with another --" + key + ": " + old.dump() + ", now " + value.dump(),
        "repeat the value, or begin a new run in another --out");
  }
  io::Json changes = io::Json::object();
  for (const auto& [key, value] : now.at("may").as_object()) {
    const io::Json& old = old_of("may", key);
    if (old.dump() != value.dump()) changes[key] = io::Json(io::Json::Array{old, value});
  }
  return changes;
}

}  // namespace daybreak::train_shard
