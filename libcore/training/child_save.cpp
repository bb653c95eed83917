#include "libcore/training/child_save.h"

#include <string>

#include "libcore/base/clock.h"
#include "libcore/base/error.h"
#include "libcore/io/appears.h"
#include "libcore/io/atomic_folder.h"
#include "libcore/training/moments.h"

namespace daybreak::training {
namespace fs = std::filesystem;
namespace {

[[noreturn]] void fail(const fs::path& draft, const std::string& what) {
  throw Error(ExitStatus::io, what, {}, draft.string());
}

/// A file has its name within another one until it is complete.
void await_beginnings(const fs::path& draft, int ranks, const std::function<bool()>& over) {
  for (int rank = 1; rank < ranks; ++rank) {
    const std::string part = moment_file(rank, ranks);
    if (!io::appears(draft, [&](const std::string& name) { return name.find(part) != name.npos; }, over))
      fail(draft, "rank " + std::to_string(rank) + " has not begun to write");
  }
}

/// The keeper waits no longer for what will not come.
void write_as_member(const fs::path& draft, RankOfJob mine, const std::function<void(const fs::path&)>& write) {
  try {
    write(draft);
  } catch (...) {
    give_up_part(draft, mine, std::current_exception());
    throw;
  }
}

}  // namespace

void save_as_child(RunDirectory& folder, std::int64_t step, std::int64_t keep, RankOfJob mine,
                   const std::function<void(const fs::path&)>& write, const std::function<void()>& in_turn,
                   double others_begin_s) {
  if (folder.latest() == folder.path() / version_name(step)) return;
  const auto over = [end = after_seconds(others_begin_s)] { return Clock::now() >= end; };
  const fs::path path = folder.draft_path(step, RunDirectory::Writer::child);
  const std::unique_ptr<io::DraftFolder> draft = folder.draft(step, RunDirectory::Writer::child);
  if (!draft) {
    if (!io::appears(folder.path(), [&](const std::string& name) { return name == path.filename(); }, over))
      fail(path, "rank 0 has not made the folder");
    return write_as_member(path, mine, write);
  }
  await_beginnings(path, mine.size, over);
  write(path);
  io::sync_folder(path);
  in_turn();
  folder.place(*draft, step, keep);
}

}  // namespace daybreak::training
