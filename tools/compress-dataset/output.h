#pragma once
// The HDF5 file that a verb writes: under a temporary name, read back, then renamed.
#include <functional>
#include <optional>
#include <string>

#include "libcore/dataset/compress.h"
#include "tools/frame/tool.h"

namespace daybreak::compress_dataset {

/// Error (usage) where -o is missing and wanted, or names a pipe or a device.
void check_output(const std::optional<std::string>& output, frame::Session& session);

/// Adds to the record and to its text before they are printed.
using AddToRecord = std::function<void(io::Json& document, std::string& text)>;

/// Calls write(temporary path), verifies what it wrote, prints the record and gives the file its name.
frame::Outcome write_dataset(const std::string& output, frame::Session& session, const dataset::Surroundings& around,
                             const std::function<dataset::Layout(const std::string& path)>& write,
                             const AddToRecord& add = {});

/// Prints the record of a run that writes nothing.
void show_record(const AddToRecord& add, frame::Session& session);

}  // namespace daybreak::compress_dataset
