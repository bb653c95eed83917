// Is a dataset file whole?
#include "libcore/dataset/check.h"

#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/dataset/archive.h"
#include "libcore/dataset/summary.h"
#include "libcore/records/dataset_record.h"
#include "tools/compress-dataset/inputs.h"
#include "tools/compress-dataset/verbs.h"

namespace daybreak::compress_dataset {
namespace {

class Check : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("FILE", &path_, "A file that compress-dataset wrote");
    sink.operands("ORIGINAL", &originals_, "Originals to compare with, read as compress reads them", false);
    inputs_.declare(sink);
  }

  void check() override { inputs_.check(); }

  frame::Outcome run(frame::Session& session) override {
    const dataset::Archive archive = open_archive(path_, session);
    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    const std::uint64_t chunks = dataset::check_chunks(archive, around);
    std::optional<dataset::Difference> difference;
    std::string in;
    if (!originals_.empty())
      for (const dataset::CompressInput& original : open_inputs(originals_, inputs_, session)) {
        in = original.file.name;
        difference = dataset::compare(archive, counterpart(archive, original), original.file, around);
        if (difference) break;
      }
    io::Json document;
    document["schema"] = records::kDatasetSchema;
    document["method"] = "check";
    document["equal"] = !difference;
    document["chunks"] = chunks;
    document["arrays"] = dataset::summary_rows(archive.layout()).size();
    document["originals_compared"] = originals_.size();
    document["integrity"] = difference ? 0 : dataset::integrity_of(archive.layout());
    if (difference) {
      document["array"] = difference->array;
      document["original"] = in;
      document["difference"] = difference->what;
      document["element"] = difference->element ? io::Json(*difference->element) : io::Json();
    }
    const std::string compared = originals_.empty() ? "" : dataset::integrity_of(archive.layout()) == 1
                                     ? ", and the originals hold the same"
                                     : ", and keep of the originals what the file says";
    session.emit(document, difference ? in + ": \"" + difference->array + "\": " + difference->what
                                      : std::to_string(chunks) + " chunks are whole" + compared);
    return difference ? frame::Outcome::negative : frame::Outcome::done;
  }

 private:
  /// The input of the file that this original became: the one of its name, or the only one.
  static const dataset::KeptInput& counterpart(const dataset::Archive& archive,
                                               const dataset::CompressInput& original) {
    const auto& inputs = archive.layout().inputs;
    const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const dataset::KeptInput& input) {
      return input.name == original.restore_name;
    });
    if (found != inputs.end()) return *found;
    if (inputs.size() == 1) return inputs[0];
    std::string names;
    for (const dataset::KeptInput& input : inputs) names += (names.empty() ? "" : ", ") + input.name;
    throw usage_error("no original of the file is called " + original.restore_name, "it holds " + names.substr(0, 400));
  }

  std::string path_;
  std::vector<std::string> originals_;
  InputOptions inputs_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_check() {
  return std::make_unique<Check>();
}

}  // namespace daybreak::compress_dataset
