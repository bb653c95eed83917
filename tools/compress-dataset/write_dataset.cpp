#include "tools/compress-dataset/write_dataset.h"

#include <sys/stat.h>

#include <filesystem>

#include "libcore/base/error.h"
#include "libcore/dataset/summary.h"
#include "libcore/io/atomic_file.h"
#include "tools/compress-dataset/verbs.h"

namespace daybreak::compress_dataset {

const std::string& dataset_output(const std::optional<std::string>& output, frame::Session& session) {
  if (!output) throw usage_error("-o is missing", "name the HDF5 file to write, such as -o data.h5");
  session.output_file(*output);
  struct stat status {};
  const bool special = stat(output->c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
  if (*output == "-" || special)
    throw usage_error("the output '" + *output + "' is a pipe or a device, and HDF5 cannot be written to one",
                      "name a regular file with -o");
  return *output;
}

void write_dataset(const std::vector<dataset::CompressInput>& inputs, const dataset::CompressOptions& options,
                   const std::string& output, frame::Session& session, const AddToRecord& add) {
  const dataset::Surroundings around{session.threads(), session.stop(), session.progress()};
  io::AtomicFile file(output);
  const dataset::Layout layout = dataset::compress(inputs, options, file.temporary_path(), output, around);
  dataset::verify(file.temporary_path(), layout, around);
  const std::uint64_t bytes = std::filesystem::file_size(file.temporary_path());
  io::Json document = dataset::summary_json(layout, bytes);
  std::string text = summary_text(layout, bytes);
  if (add) add(document, text);
  session.emit(document, text);
  file.commit();
}

}  // namespace daybreak::compress_dataset
