#include "tools/train-shard/run_place.h"

#include <algorithm>
#include <string>

#include "libcore/base/clock.h"
#include "libcore/base/error.h"
#include "libcore/io/appears.h"

namespace daybreak::train_shard {

using training::RunDirectory;
namespace {

constexpr double kInSightS = 10;  // for a folder that another host has just made

/// Whether rank 0's file is in the folder, or soon will be: well before the others lose patience.
bool comes_in_sight(const RunDirectory& folder, double patience_s) {
  const Clock::time_point end = after_seconds(std::min(kInSightS, patience_s / 2));
  const auto is_lock = [](const std::string& name) { return name == "lock"; };
  return io::appears(folder.path(), is_lock, [&] { return Clock::now() >= end; });
}

}  // namespace

RunPlace::RunPlace(const RunOptions& options, Ranks& ranks) {
  std::string name;
  ranks.together([&] {
    folder_.emplace(options.out, options.resume, ranks.leads() ? RunDirectory::Role::keeper : RunDirectory::Role::member);
    if (!ranks.leads() || !options.resume) return;
    if (const auto version = folder_->latest()) name = version->filename();
  });
  name = ranks.from_first(name);
  if (!name.empty()) version_ = folder_->path() / name;
}

void RunPlace::begin(Ranks& ranks) {
  ranks.together([&] { folder_->begin(); });
  ranks.together([&] {
    if (!comes_in_sight(*folder_, ranks.part_patience().seconds))
      throw Error(ExitStatus::no_input, "rank 0 has made this folder, and it is not here", "name a folder that all ranks see",
                  folder_->path().string());
  });
}

}  // namespace daybreak::train_shard
