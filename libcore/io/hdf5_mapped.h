#pragma once
// Virtual datasets: rows that stand in other files of the same folder, read without trusting either.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/array_file.h"
#include "libcore/io/hdf5_table.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// How many of the files that a file maps rows from are open at a time.
inline constexpr std::size_t kOpenMappedFiles = 64;

/// The files that virtual datasets of one file name. Each is opened beneath the folder of that file, through no symbolic
/// link, and parsed in a confined child like any other. Thread-safe once all are added.
class MappedFiles {
 public:
  /// `file` is what the mappings stand in. Errors: Error (data where it has no folder; no_input).
  MappedFiles(const InputFile& file, std::int64_t threads);
  ~MappedFiles();

  /// A source over a validated dataset whose rows stand elsewhere as elements of type `kept`. Errors: Error (data, naming this file and dataset
  /// or the other ones, where these are absent, virtual themselves, or have other types or shapes).
  std::unique_ptr<ArraySource> source(const Hdf5Dataset& dataset, DType kept);
  /// What was opened so far, in the order of the first use.
  std::vector<MappedFile> files() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Error (data, naming file and dataset) where a dataset has a type, storage or filter that cannot be read.
void check_readable(const Hdf5Dataset& dataset, const std::string& file);

}  // namespace daybreak::io
