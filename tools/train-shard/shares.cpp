// How a step's micro-batches are divided among the devices of this machine.
#include "libcore/training/shares.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/base/median.h"
#include "libcore/base/parse.h"
#include "libcore/records/train_record.h"
#include "libcore/training/memory_limit.h"
#include "libcore/training/trainer.h"
#include "tools/frame/text.h"
#include "tools/train-shard/made_up.h"
#include "tools/train-shard/metrics.h"
#include "tools/train-shard/setup.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

/// "cpu" or "cpu@1": a device, perhaps on so many threads.
struct Choice {
  std::string device;
  std::int64_t threads = 0;  // 0: as --threads says
};

/// A device that takes part, and how it computes.
struct Participant {
  device::Device device;
  model::Precision formats;
  model::Recompute recompute;
};

class SharesVerb : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    model_.declare(sink);
    sink.list("device", &devices_, "NAME[@THREADS]", "A device that takes part; name each one");
    formats_.declare_precision(sink);
    sink.count("micro-batches", &micro_batches_, "N", "Micro-batches of a step, over all devices",
               OptionSink::Range{1, 1e6});
    sink.count("micro-batch", &sequences_, "B", "Sequences of a micro-batch", OptionSink::Range{1, 1e9});
    sink.count("context", &context_, "T", "Tokens a sequence", OptionSink::Range{1, 1e9});
    sink.duration("time", &time_s_, "Measure each device so long, and at least three steps");
    memory_.declare(sink);
    optimizer_.storage.declare(sink);
  }

  void check() override {
    model_.check();
    if (devices_.empty())
      throw usage_error("--device is missing", "name each device that is to take part; see the verb devices");
  }

  frame::Outcome run(frame::Session& session) override {
    const model::Config config = model_.config();
    const std::optional<records::PrecisionMap> map = formats_.map(session);
    std::vector<Participant> participants;
    for (const std::string& name : devices_)
      participants.push_back(participant(name, config, formats_.formats(map, config), session));
    std::vector<training::DevicePace> paces;
    for (Participant& one : participants) paces.push_back(pace_of(one, config, session));
    const training::Shares best = training::best_shares(paces, micro_batches_),
                           equal = training::equal_shares(paces, micro_batches_);
    session.emit(document(config, paces, best, equal), text(paces, best, equal));
    return frame::Outcome::done;
  }

 private:
  static Choice chosen(const std::string& name) {
    const std::size_t at = name.rfind('@');
    if (at == name.npos) return {name, 0};
    const std::int64_t threads = parse_count(name.substr(at + 1));
    if (threads < 1) throw usage_error("--device " + name + ": expected at least one thread");
    return {name.substr(0, at), threads};
  }

  training::BatchOptions batch() const { return {sequences_, context_, sequences_}; }

  Participant participant(const std::string& name, const model::Config& config, model::Precision formats,
                          const frame::Session& session) const {
    const Choice choice = chosen(name);
    const auto threads = static_cast<unsigned>(choice.threads > 0 ? choice.threads : session.threads());
    device::Device device = device::Device::open(choice.device, {threads, {}});
    const training::TrainingMemory memory = memory_.choose({config, device, formats, optimizer_.storage, batch()});
    return {std::move(device), std::move(formats), memory.recompute};
  }

  /// Seconds of a step of one micro-batch and of one of three: their difference is that of two micro-batches, and what
  /// is left of the shorter one is the optimizer's.
  training::DevicePace pace_of(Participant& member, const model::Config& config, frame::Session& session) const {
    training::Trainer trainer(config, member.device, member.formats, optimizer_, batch(), 1000000, member.recompute);
    {
      training::TrainingState beginning;
      beginning.weights = model_.load(session).weights;  // what does not fit was refused before
      trainer.restore(beginning);
    }
    std::vector<double> one, three;
    double total = 0;
    for (std::int64_t step = 1; one.size() < 3 || total < time_s_; ++step) {
      session.stop().check();
      const double single = step_s(trainer, member.device, step, 1, config), triple = step_s(trainer, member.device, step, 3, config);
      if (step == 1) continue;  // the first touches memory for the first time
      one.push_back(single);
      three.push_back(triple);
      total += single + triple;
    }
    const double single = median(one), each = std::max((median(three) - single) / 2, 1e-9);
    return {std::max(single - each, 0.0), each};
  }

  double step_s(training::Trainer& trainer, device::Device& device, std::int64_t step, std::int64_t micro_batches,
                const model::Config& config) const {
    const training::Batch batch = made_up_batch(step, micro_batches * sequences_, context_, config.vocabulary);
    return timed_step(trainer, device, batch, Operations::alone).wall_s;
  }

  io::Json document(const model::Config& config, const std::vector<training::DevicePace>& paces,
                    const training::Shares& best, const training::Shares& equal) const {
    io::Json record;
    record["schema"] = records::kTrainSchema;
    record["method"] = "shares";
    record["model"] = model_record(config);
    record["micro_batches"] = micro_batches_;
    record["micro_batch"] = sequences_;
    record["context"] = context_;
    record["devices"] = io::Json::array();
    for (std::size_t i = 0; i < paces.size(); ++i) {
      io::Json one;
      one["name"] = devices_[i];
      one["micro_batches"] = best.micro_batches[i];
      one["micro_batch_s"] = paces[i].each_s;
      one["fixed_s"] = paces[i].fixed_s;
      one["step_s"] = paces[i].step_s(best.micro_batches[i]);
      record["devices"].push_back(std::move(one));
    }
    record["step_s"] = best.step_s;
    record["equal_split_step_s"] = equal.step_s;
    record["ideal_step_s"] = training::ideal_step_s(paces, micro_batches_);
    record["tokens_per_s"] = static_cast<double>(micro_batches_ * sequences_ * context_) / best.step_s;
    return record;
  }

  std::string text(const std::vector<training::DevicePace>& paces, const training::Shares& best,
                   const training::Shares& equal) const {
    std::vector<std::vector<std::string>> rows{{"device", "micro-batches", "one takes", "fixed", "step"}};
    for (std::size_t i = 0; i < paces.size(); ++i)
      rows.push_back({devices_[i], std::to_string(best.micro_batches[i]), frame::number(paces[i].each_s) + " s",
                      frame::number(paces[i].fixed_s) + " s",
                      frame::number(paces[i].step_s(best.micro_batches[i])) + " s"});
    return frame::table(rows) + "A step takes " + frame::number(best.step_s) + " s, an equal split " +
           frame::number(equal.step_s) + " s, and no split less than " +
           frame::number(training::ideal_step_s(paces, micro_batches_)) + " s.\n";
  }

  ModelOptions model_;
  std::vector<std::string> devices_;
  DeviceOptions formats_;
  training::MemoryLimit memory_;
  training::OptimizerOptions optimizer_;
  std::int64_t micro_batches_ = 8, sequences_ = 1, context_ = 128;
  double time_s_ = 2;
};

}  // namespace

std::unique_ptr<frame::Verb> make_shares() {
  return std::make_unique<SharesVerb>();
}

}  // namespace daybreak::train_shard
