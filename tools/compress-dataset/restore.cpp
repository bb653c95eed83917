// The originals of a dataset file.
#include "libcore/dataset/restore.h"

#include "libcore/base/error.h"
#include "libcore/dataset/archive.h"
#include "libcore/records/dataset_record.h"
#include "tools/compress-dataset/tokenize.h"
#include "tools/compress-dataset/verbs.h"

namespace daybreak::compress_dataset {
namespace {

class Restore : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("FILE", &path_, "A file that compress-dataset wrote");
    sink.directory("output,o", &folder_, "The folder to write into; made where it is absent");
    sink.directory("tokenizer", &tokenizer_, "Decodes tokens that were made with --tokenizer");
  }

  frame::Outcome run(frame::Session& session) override {
    if (!folder_) throw usage_error("-o is missing", "name the folder to restore into, such as -o restored");
    const dataset::Archive archive = open_archive(path_, session);
    dataset::check_targets(archive, *folder_, session.force());
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    std::uint64_t total = 0;
    for (const dataset::KeptInput& input : archive.layout().inputs) total += input.bytes;
    session.progress().begin("restore", total, "B");
    io::Json files = io::Json::array();
    std::string text;
    for (const dataset::KeptInput& input : archive.layout().inputs) {
      const std::string target = session.output_file(dataset::restored_path(*folder_, input).string());
      restore(archive, input, around, session);
      io::Json one;
      one["path"] = target;
      one["bit_exact"] = input.pieces.has_value() || !input.decoded_by.empty();
      files.push_back(std::move(one));
      text +=
          target + (input.pieces || !input.decoded_by.empty() ? "" : " (equal values, names and attributes)") + "\n";
    }
    io::Json document;
    document["schema"] = records::kDatasetSchema;
    document["method"] = "restore";
    if (session.dry_run()) document["dry_run"] = true;
    document["files"] = std::move(files);
    session.emit(document, text.empty() ? "nothing to restore" : text);
    return frame::Outcome::done;
  }

 private:
  void restore(const dataset::Archive& archive, const dataset::KeptInput& input, const dataset::Surroundings& around,
               frame::Session& session) const {
    std::optional<text::Tokenizer> decoder;
    if (!input.decoded_by.empty()) decoder = decoder_of(input, tokenizer_, session);
    if (session.dry_run()) return;
    if (decoder)
      restore_text(archive, input, *folder_, *decoder);
    else
      dataset::restore_input(archive, input, *folder_, around);
  }

  std::string path_;
  std::optional<std::string> folder_, tokenizer_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_restore() {
  return std::make_unique<Restore>();
}

}  // namespace daybreak::compress_dataset
