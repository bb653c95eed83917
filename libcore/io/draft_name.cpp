#include "libcore/io/draft_name.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::io {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kSuffix = ".daybreak-tmp";

std::string prefix_of(const fs::path& target) {
  return "." + target.filename().string() + ".";
}

/// The process whose draft has the digits in its name; 0 where they are no process.
pid_t owner_of(std::string_view digits) {
  pid_t owner = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), owner);
  return failure == std::errc{} && end == digits.data() + digits.size() && owner > 0 ? owner : 0;
}

}  // namespace

fs::path draft_name(const fs::path& target) {
  return target.parent_path() / (prefix_of(target) + std::to_string(getpid()) + std::string(kSuffix));
}

void remove_stale_drafts(const fs::path& target) {
  const std::string prefix = prefix_of(target);
  const fs::path folder = target.parent_path().empty() ? fs::path(".") : target.parent_path();
  std::vector<fs::path> stale;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename();
    const std::size_t around = prefix.size() + kSuffix.size();
    if (name.size() <= around || !name.starts_with(prefix) || !name.ends_with(kSuffix)) continue;
    const pid_t owner = owner_of(std::string_view(name).substr(prefix.size(), name.size() - around));
    if (owner > 0 && kill(owner, 0) != 0 && errno == ESRCH) stale.push_back(entry.path());
  }
  for (const fs::path& path : stale) fs::remove_all(path, ignored);
}

}  // namespace daybreak::io
