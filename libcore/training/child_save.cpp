#include "libcore/training/child_save.h"

#include <chrono>
#include <string>
#include <thread>

#include "libcore/base/error.h"
#include "libcore/io/atomic_folder.h"
#include "libcore/training/moments.h"

namespace daybreak::training {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kBetween = std::chrono::milliseconds(5);

/// Looks into a folder again and again until `found` is true of one of its names; false where that does not happen until `end`.
/// To list a folder asks a network file system for what is there now; to ask for one name may be answered from before.
template <typename Found>
bool appears(const fs::path& folder, const Found& found, Clock::time_point end) {
  for (;; std::this_thread::sleep_for(kBetween)) {
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
      if (found(entry.path().filename().string())) return true;
    if (Clock::now() >= end) return false;
  }
}

[[noreturn]] void fail(const fs::path& draft, const std::string& what) {
  throw Error(ExitStatus::io, what, {}, draft.string());
}

/// A file has its name within another one until it is complete.
void await_beginnings(const fs::path& draft, int ranks, Clock::time_point end) {
  for (int rank = 1; rank < ranks; ++rank) {
    const std::string part = moment_file(rank, ranks);
    if (!appears(draft, [&](const std::string& name) { return name.find(part) != name.npos; }, end))
      fail(draft, "rank " + std::to_string(rank) + " has not begun to write");
  }
}

}  // namespace

void save_as_child(RunDirectory& folder, std::int64_t step, std::int64_t keep, RankOfJob mine,
                   const std::function<void(const fs::path&)>& write, const std::function<void()>& in_turn,
                   double others_begin_s) {
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(others_begin_s));
  const fs::path path = folder.draft_path(step, RunDirectory::Writer::child);
  const std::unique_ptr<io::DraftFolder> draft = folder.draft(step, RunDirectory::Writer::child);
  if (!draft) {
    if (!appears(folder.path(), [&](const std::string& name) { return name == path.filename(); }, end))
      fail(path, "rank 0 has not made the folder");
    return write(path);
  }
  if (folder.latest() == folder.path() / version_name(step)) return;
  await_beginnings(path, mine.size, end);
  write(path);
  io::sync_folder(path);
  in_turn();
  folder.place(*draft, step, keep);
}

}  // namespace daybreak::training
