#pragma once
// Examples for the selector out of files of any kind that compress() reads.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/dataset/compress.h"
#include "libcore/dataset/selector_examples.h"
#include "libcore/io/array_file.h"

namespace daybreak::dataset {

struct CollectOptions {
  std::int64_t chunks = 6;  // of a file, of each of two sizes; half of the small ones in other types and shapes too

  void declare(OptionSink& sink);
};

struct LessonFile {
  std::string path;
  std::string dataset;  // its own path, or, below a folder in a named one, that folder's
};
/// The files below the folders, sorted, and the files named themselves. Error (no_input).
std::vector<LessonFile> files_below(const std::vector<std::string>& paths);

/// Examples of a file's arrays, spread evenly over them, in chunks of 256 KiB and 1 MiB; arrays below 4 KiB are left
/// out. Errors: Error (data, io) of reading.
std::vector<SelectorExample> collect_examples(const std::string& dataset, const std::vector<io::ArrayFile>& files,
                                              const CollectOptions& options, const Surroundings& around);

}  // namespace daybreak::dataset
