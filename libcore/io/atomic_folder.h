#pragma once
// The law of files for a folder of files: new and complete, or not there.
#include <filesystem>
#include <functional>

namespace daybreak::io {

/// A folder beside its place, empty at first, which disappears unless it is renamed away. What stood there is a draft
/// that was given up, and goes. Errors: Error (cannot_create, io).
class DraftFolder {
 public:
  explicit DraftFolder(std::filesystem::path path);
  ~DraftFolder();
  DraftFolder(const DraftFolder&) = delete;
  DraftFolder& operator=(const DraftFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// Waits until the names in a folder are on the disk. Errors: Error (io).
void sync_folder(const std::filesystem::path& directory);
/// Errors: Error (cannot_create, io).
void rename_folder(const std::filesystem::path& from, const std::filesystem::path& to);

/// `write` fills an empty folder with synchronized files, which then becomes `target`; where an empty folder stands
/// there, in its place. Errors: what `write` throws; Error (cannot_create where anything else stands there, io); then
/// `target` is as it was.
void write_folder(const std::filesystem::path& target, const std::function<void(const std::filesystem::path&)>& write);

}  // namespace daybreak::io
