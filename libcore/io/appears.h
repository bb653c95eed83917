#pragma once
// Waiting for what another process puts into a folder, perhaps on another host.
#include <filesystem>
#include <functional>
#include <string>

namespace daybreak::io {

/// Looks into a folder again and again until `found` is true of one of its names; false where it was of none after `over` had
/// become true. A folder that is not there has no names. To list it asks a network file system for what is there now; to ask
/// for one name may be answered from before, for half a minute. What `found` throws ends it too.
bool appears(const std::filesystem::path& folder, const std::function<bool(const std::string&)>& found,
             const std::function<bool()>& over);

}  // namespace daybreak::io
