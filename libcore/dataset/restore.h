#pragma once
// Originals out of a dataset file, into one folder and never outside it.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/dataset/archive.h"
#include "libcore/dataset/compress.h"

namespace daybreak::dataset {

/// Where an original of the file goes within a folder: its name, with another ending where only its values come back
/// (NetCDF becomes .h5). The name was checked when the file was opened.
std::filesystem::path restored_path(const std::filesystem::path& folder, const KeptInput& input);

/// Error (cannot_create) where an original would replace a file without `force`, two would be one file, or a part of
/// the path is a symbolic link.
void check_targets(const Archive& archive, const std::filesystem::path& folder, bool force);

/// Writes one original under the law of files, creating folders. What has pieces comes back byte for byte, which its
/// hash proves; .npz and HDF5 as files of equal values, names and attributes. Errors: Error (data for a damaged file,
/// io).
void restore_input(const Archive& archive, const KeptInput& input, const std::filesystem::path& folder,
                   const Surroundings& around);

/// Writes text that was decoded elsewhere to where restored_path() says, creating folders.
void restore_text_file(const std::filesystem::path& target, std::string_view text);

}  // namespace daybreak::dataset
