// A dataset file anew, for other readers or in other chunks.
#include "libcore/dataset/archive.h"
#include "libcore/dataset/compress.h"
#include "libcore/dataset/summary.h"
#include "tools/compress-dataset/output.h"
#include "tools/compress-dataset/verbs.h"

namespace daybreak::compress_dataset {
namespace {

class Convert : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("FILE", &path_, "A file that compress-dataset wrote");
    sink.file("output,o", &output_, "The HDF5 file to write");
    options_.declare(sink);
  }

  void check() override { options_.check(); }

  frame::Outcome run(frame::Session& session) override {
    check_output(output_, options_, session);
    const dataset::Archive archive = open_archive(path_, session);
    if (session.dry_run()) return show(archive, session);
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    return write_dataset(*output_, session, around, [&](const std::string& path) {
      return dataset::convert(archive, options_, path, *output_, around);
    });
  }

 private:
  /// What would be written anew.
  static frame::Outcome show(const dataset::Archive& archive, frame::Session& session) {
    io::Json document = dataset::summary_json(archive.layout(), archive.file_bytes());
    document["dry_run"] = true;
    session.emit(document, summary_text(archive.layout(), archive.file_bytes()));
    return frame::Outcome::done;
  }

  std::string path_;
  std::optional<std::string> output_;
  dataset::CompressOptions options_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_convert() {
  return std::make_unique<Convert>();
}

}  // namespace daybreak::compress_dataset
