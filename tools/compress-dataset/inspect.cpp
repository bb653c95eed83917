// What a dataset file holds.
#include "libcore/dataset/archive.h"
#include "libcore/dataset/summary.h"
#include "tools/compress-dataset/plot.h"
#include "tools/compress-dataset/verbs.h"
#include "tools/frame/gnuplot.h"

namespace daybreak::compress_dataset {
namespace {

class Inspect : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("FILE", &path_, "A file that compress-dataset wrote");
    sink.file("plot", &plot_, "Draw the record: sizes, and rate against loss (.svg or .png)");
  }

  void check() override {
    if (plot_) frame::check_plot(*plot_);
  }

  frame::Outcome run(frame::Session& session) override {
    const dataset::Archive archive(session.input(path_));
    session.emit(dataset::summary_json(archive.layout(), archive.file_bytes()),
                 summary_text(archive.layout(), archive.file_bytes()));
    if (plot_) plot_summary(archive.layout(), *plot_, session.side_file(*plot_));
    return frame::Outcome::done;
  }

 private:
  std::string path_;
  std::optional<std::string> plot_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_inspect() {
  return std::make_unique<Inspect>();
}

}  // namespace daybreak::compress_dataset
