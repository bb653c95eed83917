#include "libcore/io/appears.h"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <thread>

namespace daybreak::io {
namespace fs = std::filesystem;
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kFirst{2}, kLongest{50};  // between two looks

/// Whether `found` is true of a name that is in the folder now. It is not there, or no longer: `failure` says so.
bool holds(const fs::path& folder, const std::function<bool(const std::string&)>& found, std::error_code& failure) {
  for (fs::directory_iterator entry(folder, failure), end; !failure && entry != end; entry.increment(failure))
    if (found(entry->path().filename().string())) return true;
  return false;
}

fs::path parent_of(const fs::path& folder) {
  return fs::absolute(folder.has_filename() ? folder : folder.parent_path()).parent_path();
}

}  // namespace

bool appears(const fs::path& folder, const std::function<bool(const std::string&)>& found,
             const std::function<bool()>& over) {
  for (milliseconds pause = kFirst;; pause = std::min(2 * pause, kLongest)) {
    const bool last = over();
    std::error_code failure, ignored;
    if (holds(folder, found, failure)) return true;
    // That the folder itself is not there may be an answer from before as well.
    if (failure) holds(parent_of(folder), [](const std::string&) { return false; }, ignored);
    if (last) return false;
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace daybreak::io
