// A checkpoint in slices for another number of readers.
#include "libcore/base/error.h"
#include "libcore/records/train_record.h"
#include "libcore/training/checkpoint.h"
#include "libcore/training/run_directory.h"
#include "tools/train-shard/verbs.h"

namespace daybreak::train_shard {
namespace {

class Reshard : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("DIR", &directory_, "The folder of a run, or one of its checkpoints", Completes::directory);
    sink.text("out", &out_, "DIR", "A new folder of a run, which gets the checkpoint");
    sink.count("readers", &readers_, "N", "So many files of moments, equal parts each", OptionSink::Range{1, 65536});
  }

  void check() override {
    if (out_.empty()) throw usage_error("--out is missing", "name a new folder");
  }

  frame::Outcome run(frame::Session& session) override {
    const std::filesystem::path from = training::model_directory(directory_);
    session.input((from / "manifest.json").string());
    const training::Checkpoint checkpoint = training::read_checkpoint(from);
    training::RunDirectory folder(out_, false);
    const std::string written = (folder.path() / training::version_name(checkpoint.state.step)).string();
    session.output_file((folder.path() / "latest").string());
    if (!session.dry_run()) {
      folder.begin();
      folder.save(checkpoint.state.step, 0, [&](const std::filesystem::path& version) {
        training::write_checkpoint(version,
                                   {checkpoint.config, checkpoint.state.view(), checkpoint.identity, from, readers_});
      });
    }
    io::Json document;
    document["schema"] = records::kTrainSchema;
    document["method"] = "reshard";
    document["checkpoint"] = written;
    document["step"] = checkpoint.state.step;
    document["readers"] = readers_;
    session.emit(document, written + ": " + std::to_string(readers_) + " files of moments");
    return frame::Outcome::done;
  }

 private:
  std::string directory_, out_;
  std::int64_t readers_ = 1;
};

}  // namespace

std::unique_ptr<frame::Verb> make_reshard() {
  return std::make_unique<Reshard>();
}

}  // namespace daybreak::train_shard
