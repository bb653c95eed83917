#pragma once
// Folders of samples (io/sample_folder.h) back on the disk.
#include <filesystem>
#include <string>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/compress.h"

namespace daybreak::dataset {

/// Error (data, naming the file) unless restore() would take every file's name: see is_harmless_name().
void check_folder_names(const io::ArrayFile& folder);

/// The relative paths of a folder's files, each checked. Error (data).
std::vector<std::string> folder_names(const Archive& archive, const KeptInput& input);

/// Writes every file below `target`, under the law of files and with the permissions that it had. Errors: Error (data
/// for a damaged file, io).
void restore_folder(const Archive& archive, const KeptInput& input, const std::filesystem::path& target,
                    const Surroundings& around);

}  // namespace daybreak::dataset
