// The loss of a model on a dataset.
#include "libcore/training/evaluation.h"

#include <cmath>

#include "libcore/base/error.h"
#include "libcore/records/train_record.h"
#include "tools/frame/text.h"
#include "tools/train-shard/data_checks.h"
#include "tools/train-shard/setup.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

class Evaluate : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    using Range = OptionSink::Range;
    model_.declare(sink);
    sink.file("data", &data_, "Predict the token stream of this dataset", "FILE.h5");
    sink.share("share", &share_, "Only the last SHARE of the data");
    sink.count("batch", &batch_, "B", "Sequences computed at once", Range{1, 1e9});
    sink.count("context", &context_, "T", "Tokens a sequence, 0 for as many as the model can see", Range{0, 1e9});
    device_.declare(sink);
  }

  void check() override {
    model_.check();
    if (data_.empty()) throw usage_error("--data is missing", "name a dataset that compress-dataset has written");
    if (share_ == 0) throw usage_error("--share 0 leaves nothing to evaluate");
  }

  frame::Outcome run(frame::Session& session) override {
    const training::TokenSource source(session.input(data_));
    for (const std::string& part : source.part_paths()) session.input(part);
    const training::TokenRange range = share_ < 1 ? training::split(source.all(), share_).held_out : source.all();
    const LoadedModel loaded = model_.load(session);
    check_tokens(source, range, loaded.config, loaded.directory, session);
    device::Device device = device_.open(session);
    const model::Precision precision = device_.formats(session, loaded.config);
    model::Transformer transformer(loaded.config, device, precision, batch_, context_ == 0 ? loaded.config.context : context_);
    transformer.set_weights(loaded.weights);
    const model::Loss loss = training::evaluate(transformer, source, range, session.stop());
    session.emit(document(loss, range, loaded.config, device, precision), text(loss));
    return frame::Outcome::done;
  }

 private:
  io::Json document(const model::Loss& loss, const training::TokenRange& range, const model::Config& config, const device::Device& device,
                    const model::Precision& precision) const {
    io::Json record;
    record["schema"] = records::kTrainSchema;
    record["method"] = "evaluate";
    record["model"] = model_record(config);
    record["device"] = device_record(device);
    record["precision"] = device_.precision;
    record["emulated"] = emulated(device, precision);
    record["first_token"] = range.first;
    record["tokens"] = loss.tokens;
    record["loss"] = loss.mean();
    record["perplexity"] = std::exp(loss.mean());
    return record;
  }

  static std::string text(const model::Loss& loss) {
    return frame::table({{"tokens predicted", std::to_string(loss.tokens)},
                         {"loss, nats a token", frame::number(loss.mean())},
                         {"perplexity", frame::number(std::exp(loss.mean()))}});
  }

  ModelOptions model_;
  DeviceOptions device_;
  std::string data_;
  double share_ = 1;
  std::int64_t batch_ = 8, context_ = 0;
};

}  // namespace

std::unique_ptr<frame::Verb> make_evaluate() {
  return std::make_unique<Evaluate>();
}

}  // namespace daybreak::train_shard
