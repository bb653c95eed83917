// The parts of a dataset as one, of which nothing is copied.
#include "libcore/dataset/join.h"

#include <filesystem>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/summary.h"
#include "libcore/io/atomic_file.h"
#include "tools/compress-dataset/output.h"
#include "tools/compress-dataset/verbs.h"

namespace daybreak::compress_dataset {
namespace {

class Join : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operands("PART", &paths_, "Files that compress-dataset --shard wrote, all of one dataset, in any order", true);
    sink.file("output,o", &output_, "The HDF5 file to write; the parts lie in its folder or below");
    sink.choice("reader", &options_.reader, {"h5py", "plugin", "plain"},
                "Who can read what is not in the parts: offsets of samples, and our own notes");
  }

  frame::Outcome run(frame::Session& session) override {
    check_output(output_, options_, session);
    for (const std::string& path : paths_) session.input(path);
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    if (session.dry_run()) return plan(session);
    io::AtomicFile file(*output_);
    dataset::join(paths_, options_, file.temporary_path(), *output_, around);
    const dataset::Archive archive(file.temporary_path());  // reads what the parts' own tables say
    session.refuse_changed_inputs();
    io::Json document = dataset::summary_json(archive.layout(), archive.file_bytes());
    document["method"] = "join";
    document["parts"] = paths_.size();
    session.emit(document, summary_text(archive.layout(), archive.file_bytes()) + std::to_string(paths_.size()) +
                               " parts, and " + std::to_string(std::filesystem::file_size(file.temporary_path())) +
                               " bytes that join them\n");
    file.commit();
    return frame::Outcome::done;
  }

 private:
  frame::Outcome plan(frame::Session& session) const {
    dataset::check_join(paths_, io::followed(output_.value_or("")).parent_path());
    show_record(
        [&](io::Json& document, std::string& text) {
          document["method"] = "join";
          document["parts"] = paths_.size();
          text = std::to_string(paths_.size()) + " parts belong together, and none is missing\n";
        },
        session);
    return frame::Outcome::done;
  }

  std::vector<std::string> paths_;
  std::optional<std::string> output_;
  dataset::CompressOptions options_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_join() {
  return std::make_unique<Join>();
}

}  // namespace daybreak::compress_dataset
