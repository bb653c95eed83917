#pragma once
// Within this room: names of a checkpoint's files, and what write_checkpoint() ends with.
#include <filesystem>

namespace daybreak::training {

/// Of the file that has the rest of a run's state.
inline constexpr const char* kStateFile = "state.json";

/// Hashes every file of the folder into manifest.json. Errors: Error (cannot_create, io).
void write_manifest(const std::filesystem::path& directory);

}  // namespace daybreak::training
