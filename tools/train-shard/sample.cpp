// Lets a model write.
#include "libcore/training/sampler.h"

#include "libcore/base/error.h"
#include "libcore/records/train_record.h"
#include "libcore/text/tokenizer.h"
#include "tools/train-shard/setup.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

/// Text to tokens and back: by a tokenizer.json, or byte by byte.
class Coder {
 public:
  Coder(const std::filesystem::path& directory, const model::Config& config) {
    if (std::filesystem::exists(directory / "tokenizer.json"))
      tokenizer_ = text::Tokenizer::load(directory.string());
    else if (config.vocabulary != 256)
      throw Error(ExitStatus::no_input,
                  "no tokenizer.json is there, and a vocabulary of " + std::to_string(config.vocabulary) + " is not one of bytes",
                  "name its folder by --tokenizer", directory.string());
  }
  std::vector<std::uint32_t> encode(const std::string& text) const {
    if (tokenizer_) return tokenizer_->encode(text, true);
    std::vector<std::uint32_t> bytes;
    for (const char one : text) bytes.push_back(static_cast<unsigned char>(one));
    return bytes;
  }
  std::string decode(const std::vector<std::uint32_t>& tokens) const {
    if (tokenizer_) return tokenizer_->decode(tokens);
    return {tokens.begin(), tokens.end()};
  }

 private:
  std::optional<text::Tokenizer> tokenizer_;
};

class Sample : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    model_.declare(sink);
    sink.directory("tokenizer", &tokenizer_, "Folder with tokenizer.json, where it is not that of the model");
    sink.text("prompt", &prompt_, "TEXT", "Text to go on from");
    options_.declare(sink);
    device_.declare(sink);
  }

  void check() override { model_.check(); }

  frame::Outcome run(frame::Session& session) override {
    const LoadedModel loaded = model_.load(session);
    const Coder coder(tokenizer_ ? std::filesystem::path(*tokenizer_) : loaded.directory, loaded.config);
    device::Device device = device_.open(session);
    const model::Precision precision = device_.formats(session, loaded.config);
    std::vector<std::uint32_t> tokens = coder.encode(prompt_);
    if (tokens.empty() && loaded.config.bos_token) tokens.push_back(static_cast<std::uint32_t>(*loaded.config.bos_token));
    const std::size_t given = tokens.size();
    bool ended = false;
    training::sample(loaded.config, loaded.weights, device, precision, tokens, options_, session.seed(), session.stop(),
                     [&](std::uint32_t token) {
                       const auto& ends = loaded.config.eos_tokens;
                       ended = std::find(ends.begin(), ends.end(), static_cast<std::int64_t>(token)) != ends.end();
                       if (!ended) tokens.push_back(token);
                       return !ended;
                     });
    const std::string text = coder.decode(tokens);
    session.emit(document(text, given, tokens, ended), text);
    return frame::Outcome::done;
  }

 private:
  io::Json document(const std::string& text, std::size_t given, const std::vector<std::uint32_t>& tokens, bool ended) const {
    io::Json record;
    record["schema"] = records::kTrainSchema;
    record["method"] = "sample";
    record["prompt"] = prompt_;
    record["text"] = text;
    record["prompt_tokens"] = given;
    for (const std::uint32_t token : tokens) record["tokens"].push_back(token);
    record["stopped_by"] = ended ? "end-of-text" : "tokens";
    return record;
  }

  ModelOptions model_;
  DeviceOptions device_;
  training::SampleOptions options_;
  std::optional<std::string> tokenizer_;
  std::string prompt_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_sample() {
  return std::make_unique<Sample>();
}

}  // namespace daybreak::train_shard
