#pragma once
// The folder of a training run: one version a checkpoint, and a file `latest` that names the valid one. Whatever moment a
// process is killed at, `latest` names a complete version or does not exist yet.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/atomic_folder.h"
#include "libcore/io/file_lock.h"

namespace daybreak::training {

/// "step-00000100"
std::string version_name(std::int64_t step);
/// The step of such a name, or nothing for any other text.
std::optional<std::int64_t> version_step(const std::string& name);

/// The steps of all versions in a folder, in order.
std::vector<std::int64_t> versions_in(const std::filesystem::path& directory);
/// The version that DIRECTORY/latest names, or nothing where there is no such file. Error (data) where it names something
/// else or what it names is not there.
std::optional<std::filesystem::path> latest_version(const std::filesystem::path& directory);
/// Where the model of a user's path lies: the path itself, or the latest version where it is a run's folder.
std::filesystem::path model_directory(const std::filesystem::path& path);

/// A run's folder. It is looked at first and written to from begin() on, so that a run that is refused in between
/// leaves no trace. Of the ranks of a run one keeps the folder; a member writes into the drafts that the keeper makes, and
/// neither locks nor makes, places or removes anything.
class RunDirectory {
 public:
  enum class Role { keeper, member };
  /// The keeper looks, and locks a folder that has been written to before. Errors: Error (try_again where another process
  /// holds the lock; cannot_create where it holds a run and `resume` is false, is no folder, or cannot be made).
  RunDirectory(const std::filesystem::path& directory, bool resume, Role role = Role::keeper);
  /// Creates the folder, locks it and removes what a killed process left half-written. Errors: Error (try_again where
  /// another process has been here since the constructor looked; cannot_create).
  void begin();

  const std::filesystem::path& path() const { return directory_; }
  /// What holds the lock after begin(); a member's is -1.
  int lock_descriptor() const { return lock_.descriptor(); }
  std::optional<std::filesystem::path> latest() const { return latest_version(directory_); }

  /// After begin(), the keeper's. `write` fills an empty folder with files that it has synchronized; then that becomes version
  /// `step` as by place(). Errors: what `write` throws, those of draft() and place(). Does nothing where that step is the latest
  /// version.
  void save(std::int64_t step, std::int64_t keep, const std::function<void(const std::filesystem::path&)>& write);
  /// Who writes a draft: the process that trains, or perhaps beside it a child that fork() made of it.
  enum class Writer { trainer, child };
  /// Where version `step` is written until it is complete.
  std::filesystem::path draft_path(std::int64_t step, Writer writer = Writer::trainer) const;
  /// The one half of save(): an empty folder there. A member's is null. Errors: Error (cannot_create).
  std::unique_ptr<io::DraftFolder> draft(std::int64_t step, Writer writer = Writer::trainer) const;
  /// The other half. Once a draft is filled with synchronized files and is so itself (io::sync_folder()): it becomes version
  /// `step` and the latest one, unless the latest one is of that step or a later one, and of the earlier versions keep - 1 stay
  /// (keep 0: all). Errors: Error (cannot_create, io); then the run's folder is as before.
  void place(const io::DraftFolder& draft, std::int64_t step, std::int64_t keep);

 private:
  void remove_half_written();
  void prune(std::int64_t step, std::int64_t keep);

  std::filesystem::path directory_;
  Role role_;
  /// Locks the file `lock` of the folder; where it is absent and `create` is false, nothing happens.
  void take_lock(bool create);
  io::FileLock lock_;
  std::optional<std::filesystem::path> seen_;  // the latest version when the constructor looked
};

}  // namespace daybreak::training
