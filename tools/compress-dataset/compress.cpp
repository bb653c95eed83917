// Files into one compressed HDF5 file.
#include "libcore/dataset/compress.h"

#include <sys/stat.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/dataset/duplicates.h"
#include "libcore/dataset/loss.h"
#include "libcore/dataset/summary.h"
#include "libcore/io/atomic_file.h"
#include "libcore/records/dataset_record.h"
#include "tools/compress-dataset/cleaning.h"
#include "tools/compress-dataset/inputs.h"
#include "tools/compress-dataset/verbs.h"

namespace daybreak::compress_dataset {
namespace {

class Compress : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operands("INPUT", &paths_, "Files to compress; - is stdin; .gz and .zst are unpacked, tar shards opened",
                  true);
    sink.file("output,o", &output_, "The HDF5 file to write");
    options_.declare(sink);
    inputs_.declare(sink);
    bounds_.declare(sink);
    cleaning_.declare(sink);
  }

  void check() override {
    options_.check();
    bounds_.check();
    inputs_.check();
  }

  frame::Outcome run(frame::Session& session) override {
    if (!output_ && !session.dry_run())
      throw usage_error("-o is missing", "name the HDF5 file to write, such as -o data.h5");
    if (output_) refuse_special(session.output_file(*output_));
    std::vector<dataset::CompressInput> inputs = open_inputs(paths_, inputs_, session);
    if (session.dry_run()) return plan(inputs, session);

    const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
    if (bounds_.any()) dataset::lose(inputs, bounds_, around);
    if (cleaning_.dedup)
      for (dataset::CompressInput& input : inputs) dataset::store_once(input, around);
    io::AtomicFile file(*output_);
    const dataset::Layout layout = dataset::compress(inputs, options_, file.temporary_path(), *output_, around);
    dataset::verify(file.temporary_path(), layout, around);
    const std::uint64_t bytes = std::filesystem::file_size(file.temporary_path());
    session.emit(dataset::summary_json(layout, bytes), summary_text(layout, bytes));
    file.commit();
    return frame::Outcome::done;
  }

 private:
  /// HDF5 seeks in what it writes.
  static void refuse_special(const std::string& path) {
    struct stat status {};
    const bool special = stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
    if (path == "-" || special)
      throw usage_error("the output '" + path + "' is a pipe or a device, and HDF5 cannot be written to one",
                        "name a regular file with -o");
  }

  /// What would be written, without encoding.
  frame::Outcome plan(const std::vector<dataset::CompressInput>& inputs, frame::Session& session) const {
    io::Json arrays = io::Json::array();
    std::string text;
    for (const dataset::KeptArray& array : dataset::plan_arrays(inputs, options_)) {
      io::Json one, shape = io::Json::array();
      for (const std::uint64_t extent : array.info.shape) shape.push_back(extent);
      one["name"] = array.info.name;
      one["dtype"] = io::dtype_name(array.info.type);
      one["shape"] = std::move(shape);
      one["input_bytes"] = array.info.bytes();
      one["chunks"] = array.grid.chunked() ? array.grid.count : 1;
      one["chunk_bytes"] = array.grid.chunked() ? array.grid.chunk_bytes : array.info.bytes();
      text += array.info.name + ": " + std::to_string(array.info.bytes()) + " bytes in " + one.at("chunks").dump() +
              " chunks\n";
      arrays.push_back(std::move(one));
    }
    io::Json document;
    document["schema"] = records::kDatasetSchema;
    document["dry_run"] = true;
    document["arrays"] = std::move(arrays);
    session.emit(document, text.empty() ? "no arrays" : text);
    return frame::Outcome::done;
  }

  std::vector<std::string> paths_;
  std::optional<std::string> output_;
  dataset::CompressOptions options_;
  dataset::LossBounds bounds_;
  InputOptions inputs_;
  CleaningOptions cleaning_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_compress() {
  return std::make_unique<Compress>();
}

}  // namespace daybreak::compress_dataset
