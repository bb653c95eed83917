#pragma once
// Within this room: what write_checkpoint() ends with.
#include <filesystem>

namespace daybreak::training {

/// Hashes every file of the folder into manifest.json. Errors: Error (cannot_create, io).
void write_manifest(const std::filesystem::path& directory);

}  // namespace daybreak::training
