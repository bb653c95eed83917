// What a dataset file holds.
#include "libcore/dataset/archive.h"
#include "libcore/dataset/summary.h"
#include "tools/compress-dataset/verbs.h"

namespace daybreak::compress_dataset {
namespace {

class Inspect : public frame::Verb {
 public:
  void declare(OptionSink& sink) override { sink.operand("FILE", &path_, "A file that compress-dataset wrote"); }

  frame::Outcome run(frame::Session& session) override {
    const dataset::Archive archive(session.input(path_));
    session.emit(dataset::summary_json(archive.layout(), archive.file_bytes()),
                 summary_text(archive.layout(), archive.file_bytes()));
    return frame::Outcome::done;
  }

 private:
  std::string path_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_inspect() {
  return std::make_unique<Inspect>();
}

}  // namespace daybreak::compress_dataset
