#pragma once
// Files that another file names by a relative path, and that must not lead outside its folder.
#include <filesystem>
#include <string>
#include <string_view>

namespace daybreak::io {

/// True for a relative path of at most 1024 bytes without empty, "." or ".." parts, control characters and '\\'.
bool is_path_beneath(std::string_view path);

/// A folder that stays the same one whatever happens to its name.
class Folder {
 public:
  /// The folder in which the file of that path really lies, behind all symbolic links. Errors: Error (no_input, io).
  explicit Folder(const std::string& file);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// A path that leads to a file of the folder or below it, which need not exist, for messages and for whoever opens it
  /// by name: begins as `file` does, the spelling of a file of this folder, unless that leads to another folder.
  std::string name_of(const std::string& path, const std::string& file) const;
  /// Opens a file of the folder or below it for reading; no part of the path may be a symbolic link, and the file is a
  /// regular one. shown_as: its name in messages. The descriptor is the caller's. Errors: Error (no_input where it is
  /// absent; data, io).
  int open_beneath(const std::string& path, const std::string& shown_as) const;

 private:
  std::filesystem::path real_;
  int descriptor_;
};

}  // namespace daybreak::io
