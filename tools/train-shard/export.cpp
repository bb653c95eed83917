// A model as other programs read it.
#include "libcore/base/error.h"
#include "libcore/io/atomic_folder.h"
#include "libcore/records/train_record.h"
#include "libcore/training/checkpoint.h"
#include "tools/train-shard/setup.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

io::DType dtype_of(const std::string& name) {
  return name == "f16" ? io::DType::f16 : name == "bf16" ? io::DType::bf16 : io::DType::f32;
}

class Export : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    model_.declare(sink);
    sink.text("out", &out_, "DIR", "A new folder with config.json, model.safetensors and the tokenizer's files");
    sink.choice("dtype", &dtype_, {"f32", "bf16", "f16"}, "Format of the weights, rounded to nearest even");
  }

  void check() override {
    model_.check();
    if (out_.empty()) throw usage_error("--out is missing", "name a new folder");
  }

  frame::Outcome run(frame::Session& session) override {
    const LoadedModel loaded = model_.load(session);
    session.output_file((std::filesystem::path(out_) / "model.safetensors").string());
    if (!session.dry_run())
      io::write_folder(out_, [&](const std::filesystem::path& folder) {
        model::save_weights(folder, loaded.config, loaded.weights, dtype_of(dtype_));
        training::copy_tokenizer(loaded.directory, folder);
      });
    io::Json document;
    document["schema"] = records::kTrainSchema;
    document["method"] = "export";
    document["model"] = model_record(loaded.config);
    document["directory"] = out_;
    document["dtype"] = dtype_;
    session.emit(document, out_ + ": " + std::string(model::family_name(loaded.config.family)) + ", " + dtype_);
    return frame::Outcome::done;
  }

 private:
  ModelOptions model_;
  std::string out_, dtype_ = "f32";
};

}  // namespace

std::unique_ptr<frame::Verb> make_export() {
  return std::make_unique<Export>();
}

}  // namespace daybreak::train_shard
