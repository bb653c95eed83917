#include "tools/train-shard/run_place.h"

#include "libcore/base/error.h"

namespace daybreak::train_shard {

using training::RunDirectory;

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
    if (!std::filesystem::exists(folder_->path() / "lock"))
      throw Error(ExitStatus::no_input, "rank 0 has made this folder, and it is not here", "name a folder that all ranks see",
                  folder_->path().string());
  });
}

}  // namespace daybreak::train_shard
