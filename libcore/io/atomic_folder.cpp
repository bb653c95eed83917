#include "libcore/io/atomic_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/draft_name.h"

namespace daybreak::io {
namespace fs = std::filesystem;

DraftFolder::DraftFolder(fs::path path) : path_(std::move(path)) {
  std::error_code failure;
  fs::remove_all(path_, failure);  // of a process that was killed: nothing in it becomes a part of this one
  const bool created = !failure && fs::create_directory(path_, failure);
  if (!created) throw system_error("create", path_.string(), failure ? failure.value() : EEXIST);
}

DraftFolder::~DraftFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void sync_folder(const fs::path& directory) {
  const int descriptor = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw system_error("open", directory.string(), errno);
  const int failed = fsync(descriptor) == 0 ? 0 : errno;
  close(descriptor);
  if (failed != 0) throw system_error("write", directory.string(), failed);
}

void rename_folder(const fs::path& from, const fs::path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) throw system_error("rename", to.string(), errno);
}

void write_folder(const fs::path& target, const std::function<void(const fs::path&)>& write) {
  const fs::path place = target.has_filename() ? target : target.parent_path();
  std::error_code ignored;
  if (fs::exists(place, ignored) && !fs::is_empty(place, ignored))
    throw Error(ExitStatus::cannot_create, "something stands there already", "remove it, or name another folder",
                place.string());
  remove_stale_drafts(place);
  DraftFolder draft(draft_name(place));
  write(draft.path());
  sync_folder(draft.path());
  rename_folder(draft.path(), place);
  sync_folder(place.has_parent_path() ? place.parent_path() : fs::path("."));
}

}  // namespace daybreak::io
