#pragma once
// One process at a time.
#include <filesystem>

namespace daybreak::io {

/// An advisory lock (flock) on a file, held until this goes or the process dies. A child that fork() makes inherits it, and
/// then it is held until both are gone.
class FileLock {
 public:
  FileLock() = default;
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  bool held() const { return descriptor_ >= 0; }
  /// Of the file while held, else -1.
  int descriptor() const { return descriptor_; }
  /// False where another process holds the lock. A file that is absent is made where `create`, else it needs no lock: true,
  /// and held() stays false. Error (cannot_create).
  bool take(const std::filesystem::path& file, bool create);

 private:
  int descriptor_ = -1;
};

}  // namespace daybreak::io
