// How a step is divided among the devices of this machine, or the ranks of a job.
#include "libcore/training/shares.h"

#include <algorithm>
#include <optional>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/model/parameters.h"
#include "libcore/records/train_record.h"
#include "libcore/training/adamw.h"
#include "libcore/training/calibration.h"
#include "libcore/training/memory_limit.h"
#include "tools/frame/text.h"
#include "tools/train-shard/ranks.h"
#include "tools/train-shard/setup.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

/// "cpu" or "cpu@1": a device, perhaps on so many threads.
struct Choice {
  std::string device;
  std::int64_t threads = 0;  // 0: as --threads says
};

Choice chosen(const std::string& name) {
  const std::size_t at = name.rfind('@');
  if (at == name.npos) return {name, 0};
  const std::int64_t threads = parse_count(name.substr(at + 1));
  if (threads < 1) throw usage_error("--device " + name + ": expected at least one thread");
  return {name.substr(0, at), threads};
}

/// A device that takes part, and what it computes with.
struct Participant {
  device::Device device;
  training::TrainingMemory memory;
  std::vector<float> weights;
};

/// Who takes part, how fast each is, and the division that follows.
struct Findings {
  std::vector<std::string> names;
  std::vector<training::RankPace> paces;
  training::Division best;
  std::vector<std::int64_t> equal;
  double ideal_s = 0;

  double fixed_s(std::size_t i) const { return paces[i].fixed_s + paces[i].hand_over_s; }
  double update_s(std::size_t i) const { return best.state[i] * paces[i].whole_update_s; }
  double rank_s(std::size_t i) const { return paces[i].compute_s(best.micro_batches[i]) + update_s(i); }
  double step_s(const std::vector<std::int64_t>& shares) const {
    return training::slowest_compute_s(paces, shares) + training::slowest_update_s(paces, best.state);
  }
  double best_s() const { return step_s(best.micro_batches); }
};

class SharesVerb : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    model_.declare(sink);
    sink.list("device", &devices_, "NAME[@THREADS]", "A device that takes part; name each one, or a rank's own");
    formats_.declare_precision(sink);
    sink.count("micro-batches", &micro_batches_, "N", "Micro-batches of a step, over all devices",
               OptionSink::Range{1, 1e6});
    sink.count("micro-batch", &sequences_, "B", "Sequences of a micro-batch", OptionSink::Range{1, 1e6});
    sink.count("context", &context_, "T", "Tokens a sequence", OptionSink::Range{1, 1e9});
    sink.duration("time", &time_s_, "Measure each device so long, and at least three micro-batches");
    memory_.declare(sink);
    optimizer_.storage.declare(sink);
    slowdown_.declare(sink);
  }

  void check() override { model_.check(); }

  frame::Outcome run(frame::Session& session) override {
    Ranks ranks(session, kPatience_s);
    return ranks.through([&] { return measure(session, ranks); });
  }

 private:
  frame::Outcome measure(frame::Session& session, Ranks& ranks) {
    ranks.together([&] { check_devices(ranks.size()); });
    ranks.require_same(shared());
    const model::Config config = model_.config();
    const std::optional<records::PrecisionMap> map = formats_.map(session);
    const model::Precision precision = formats_.formats(map, config);
    Findings found;
    for (const std::string& name : devices_) {
      std::optional<Participant> one;
      ranks.together([&] {
        session.stop().check();
        one.emplace(participant(name, config, precision, session));
      });
      add(found, training::all_gathered_text(ranks.collectives(), name == "auto" ? one->device.name() : name),
          measured_paces(task(*one, config, precision), ranks.collectives()));
    }
    divide(found, config);
    session.emit(document(config, found, ranks), text(found));
    return frame::Outcome::done;
  }

  /// That a rank is waited for: others may have much more to read.
  static constexpr double kPatience_s = 600;

  void check_devices(int ranks) {
    if (ranks > 1 && devices_.empty()) devices_.emplace_back("auto");
    if (devices_.empty())
      throw usage_error("--device is missing",
                        "name each device that is to take part, or start a rank for each; see the verb devices");
    if (ranks > 1 && devices_.size() > 1)
      throw usage_error("--device is given " + std::to_string(devices_.size()) + " times, but a rank computes on one",
                        "start as many ranks as there are devices, each with its own");
  }

  /// What all ranks must agree on.
  io::Json shared() const {
    io::Json options;
    options["micro-batches"] = micro_batches_;
    options["micro-batch"] = sequences_;
    options["context"] = context_;
    options["time"] = time_s_;
    return options;
  }

  training::BatchOptions batch() const { return {micro_batches_ * sequences_, context_, sequences_}; }

  Participant participant(const std::string& name, const model::Config& config, const model::Precision& precision,
                          frame::Session& session) const {
    const Choice choice = chosen(name);
    const auto threads = static_cast<unsigned>(choice.threads > 0 ? choice.threads : session.threads());
    device::Device device = device::Device::open(choice.device, {threads, {}});
    const training::TrainingMemory memory = memory_.choose({config, device, precision, optimizer_.storage, batch()});
    return {std::move(device), memory, model_.load(session).weights};  // what does not fit was refused before
  }

  training::CalibrationTask task(Participant& one, const model::Config& config, const model::Precision& precision) const {
    return {.config = config,
            .device = one.device,
            .precision = precision,
            .optimizer = optimizer_,
            .batch = batch(),
            .recompute = one.memory.recompute,
            .weights = one.weights,
            .slowdown = slowdown_,
            .time_s = time_s_};
  }

  static void add(Findings& found, const std::vector<std::string>& names, const std::vector<training::RankPace>& paces) {
    found.names.insert(found.names.end(), names.begin(), names.end());
    found.paces.insert(found.paces.end(), paces.begin(), paces.end());
  }

  void divide(Findings& found, const model::Config& config) const {
    const auto count = static_cast<int>(found.paces.size());
    found.best = training::best_division(found.paces, micro_batches_,
                                         training::AdamW::bytes_for(model::parameter_table(config), optimizer_.storage));
    found.equal = training::equal_shares(micro_batches_, count);
    found.ideal_s = training::ideal_compute_s(found.paces, micro_batches_);
  }

  io::Json document(const model::Config& config, const Findings& found, Ranks& ranks) const {
    io::Json record;
    record["schema"] = records::kTrainSchema;
    record["method"] = "shares";
    record["model"] = model_record(config);
    record["micro_batches"] = micro_batches_;
    record["micro_batch"] = sequences_;
    record["context"] = context_;
    if (ranks.size() > 1) record["collectives"] = ranks.collectives().description();
    record["devices"] = io::Json::array();
    for (std::size_t i = 0; i < found.paces.size(); ++i) {
      io::Json one;
      one["name"] = found.names[i];
      one["micro_batches"] = found.best.micro_batches[i];
      one["state_share"] = found.best.state[i];
      one["micro_batch_s"] = found.paces[i].each_s;
      one["fixed_s"] = found.fixed_s(i);
      one["update_s"] = found.update_s(i);
      one["step_s"] = found.rank_s(i);
      record["devices"].push_back(std::move(one));
    }
    record["step_s"] = found.best_s();
    record["equal_split_step_s"] = found.step_s(found.equal);
    record["ideal_step_s"] = found.ideal_s;
    record["share_of_ideal"] = found.ideal_s / found.best_s();
    record["tokens_per_s"] = static_cast<double>(micro_batches_ * sequences_ * context_) / found.best_s();
    return record;
  }

  static std::string text(const Findings& found) {
    const auto seconds = [](double value) { return frame::number(value) + " s"; };
    std::vector<std::vector<std::string>> rows{
        {"device", "micro-batches", "one takes", "fixed", "state", "update", "step"}};
    for (std::size_t i = 0; i < found.paces.size(); ++i)
      rows.push_back({found.names[i], std::to_string(found.best.micro_batches[i]), seconds(found.paces[i].each_s),
                      seconds(found.fixed_s(i)), frame::number(100 * found.best.state[i]) + " %",
                      seconds(found.update_s(i)), seconds(found.rank_s(i))});
    return frame::table(rows) + "A step takes " + seconds(found.best_s()) + ", an equal split " +
           seconds(found.step_s(found.equal)) + ", and no split less than " + seconds(found.ideal_s) + ": " +
           frame::number(100 * found.ideal_s / found.best_s()) + " % of that speed.\n";
  }

  ModelOptions model_;
  std::vector<std::string> devices_;
  DeviceOptions formats_;
  training::MemoryLimit memory_;
  training::OptimizerOptions optimizer_;
  training::Slowdown slowdown_;
  std::int64_t micro_batches_ = 8, sequences_ = 1, context_ = 128;
  double time_s_ = 2;
};

}  // namespace

std::unique_ptr<frame::Verb> make_shares() {
  return std::make_unique<SharesVerb>();
}

}  // namespace daybreak::train_shard
