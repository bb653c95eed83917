#pragma once
// What a live controller remembers between processes, on disk.
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "libcore/base/options.h"
#include "libcore/io/file_lock.h"
#include "libcore/io/json.h"

namespace daybreak::scaling {

/// All options that `declare` names, with the values in force: what a state was made with.
io::Json configuration_of(const std::function<void(OptionSink&)>& declare);

/// A versioned JSON file, locked as long as this lives (by FILE.lock beside it, for the file itself is replaced by each
/// write). Whatever moment a process is killed at, the file is the old state or the new one.
class StateFile {
 public:
  /// Error (try_again) where another process holds the lock; (cannot_create).
  StateFile(const std::filesystem::path& path, io::Json configuration);

  /// The state, or nothing where the file is absent. Error (data) where it is damaged, of another version, or made with other
  /// options, which are named: it is never reset silently.
  std::optional<io::Json> read() const;
  void write(const io::Json& state) const;

 private:
  std::filesystem::path path_;
  io::Json configuration_;
  io::FileLock lock_;
};

}  // namespace daybreak::scaling
