#include "tools/compress-dataset/output.h"

#include <sys/stat.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/dataset/load_selector.h"
#include "libcore/dataset/summary.h"
#include "libcore/io/atomic_file.h"
#include "libcore/records/dataset_record.h"
#include "tools/compress-dataset/verbs.h"

namespace daybreak::compress_dataset {

void check_output(const std::optional<std::string>& output, const dataset::CompressOptions& options,
                  frame::Session& session) {
  if (options.selector) session.input(*options.selector);
  if (options.selector && session.dry_run()) dataset::load_selector(*options.selector);
  if (!output && session.dry_run()) return;
  if (!output) throw usage_error("-o is missing", "name the HDF5 file to write, such as -o data.h5");
  const std::string path = session.output_file(*output);
  struct stat status {};
  const bool special = stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
  if (path == "-" || special)  // HDF5 seeks in what it writes
    throw usage_error("the output '" + path + "' is a pipe or a device, and HDF5 cannot be written to one",
                      "name a regular file with -o");
}

frame::Outcome write_dataset(const std::string& output, frame::Session& session, const dataset::Surroundings& around,
                             const std::function<dataset::Layout(const std::string& path)>& write,
                             const AddToRecord& add, const Judge& judge) {
  io::AtomicFile file(output);
  const dataset::Layout layout = write(file.temporary_path());
  dataset::verify(file.temporary_path(), layout, around);
  session.refuse_changed_inputs();  // what was hashed, and what was encoded after, are one only if nobody wrote between
  const std::uint64_t bytes = std::filesystem::file_size(file.temporary_path());
  io::Json document = dataset::summary_json(layout, bytes);
  std::string text = summary_text(layout, bytes);
  Judgment judgment;
  if (judge) {
    judgment = judge(file.temporary_path());
    document[judgment.key] = std::move(judgment.facts);
    text += judgment.text;
  }
  if (add) add(document, text);
  session.emit(document, text);
  if (!judgment.keep) return frame::Outcome::negative;
  file.commit();
  return frame::Outcome::done;
}

void show_record(const AddToRecord& add, frame::Session& session) {
  io::Json document;
  std::string text;
  document["schema"] = records::kDatasetSchema;
  add(document, text);
  if (session.dry_run()) document["dry_run"] = true;
  session.emit(document, text);
}

}  // namespace daybreak::compress_dataset
