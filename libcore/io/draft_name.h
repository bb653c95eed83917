#pragma once
// What files and folders are called until they are complete: ".name.PID.daybreak-tmp" beside their place.
#include <filesystem>

namespace daybreak::io {

/// Of this process.
std::filesystem::path draft_name(const std::filesystem::path& target);

/// A process that was killed leaves its draft behind; whoever writes the same target next removes it.
void remove_stale_drafts(const std::filesystem::path& target);

}  // namespace daybreak::io
