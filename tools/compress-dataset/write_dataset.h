#pragma once
// The last step of the verbs that write a dataset file.
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libcore/dataset/compress.h"
#include "tools/frame/tool.h"

namespace daybreak::compress_dataset {

/// The file that -o names, noted as an output. Error (usage) where it is missing, a pipe or a device: HDF5 seeks in what
/// it writes.
const std::string& dataset_output(const std::optional<std::string>& output, frame::Session& session);

/// Adds to the record and to its text before they are printed.
using AddToRecord = std::function<void(io::Json& document, std::string& text)>;

/// Compresses the inputs, reads the file back, prints the record and gives the file its name.
void write_dataset(const std::vector<dataset::CompressInput>& inputs, const dataset::CompressOptions& options,
                   const std::string& output, frame::Session& session, const AddToRecord& add = {});

}  // namespace daybreak::compress_dataset
