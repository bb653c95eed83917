#pragma once
// The law of files: a regular file named as an output is new and complete if and only if commit() returned; else whatever
// stood there is untouched.
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace daybreak::io {

/// The file that `target` stands for: links are followed, also to a name that does not exist yet. Errors: Error
/// (cannot_create for links that lead in a circle).
std::filesystem::path followed(std::filesystem::path target);

/// Writes to a temporary name in the target's directory and renames it on commit(). A symbolic link is followed to its
/// target's directory. FIFOs and devices are written straight. Errors: Error (cannot_create, io).
class AtomicFile {
 public:
  explicit AtomicFile(const std::filesystem::path& target);
  /// Removes the temporary file unless committed.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  AtomicFile(AtomicFile&& other) noexcept;
  AtomicFile& operator=(AtomicFile&&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text.data(), text.size()))); }
  /// The open descriptor of the temporary (or special) file.
  int descriptor() const noexcept { return descriptor_; }
  /// Where the bytes are before commit(), for libraries that open by name (HDF5). Such a library must have closed it
  /// before commit().
  const std::filesystem::path& temporary_path() const noexcept { return temporary_; }
  /// True where the target is a pipe or a device and is written straight.
  bool straight() const noexcept { return straight_; }
  /// fsync, rename, fsync of the directory.
  void commit();

 private:
  std::filesystem::path target_, temporary_;
  int descriptor_ = -1;
  bool straight_ = false, committed_ = false;
};

/// Writes all of `text` to `target` under the law of files.
void write_file(const std::filesystem::path& target, std::string_view text);

}  // namespace daybreak::io
