#pragma once
// Saves a run's checkpoints in the background: training stands still for a fork, not for the writing.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "libcore/io/background_work.h"
#include "libcore/training/run_directory.h"

namespace daybreak::training {

/// One checkpoint at a time. A version gets its name, and `latest` names it, only once all of it is on the disk.
class CheckpointSaver {
 public:
  /// Fills an empty folder; in a child process, so it must not use a device or another thread.
  using Write = std::function<void(const std::filesystem::path& folder)>;
  /// What became of a save.
  struct Saved {
    std::int64_t step = 0;
    double stall_s = 0;  // that training stood still
    double write_s = 0;  // until it was found on the disk
  };

  /// keep: as RunDirectory::save(). The folder must outlive this.
  CheckpointSaver(RunDirectory& folder, std::int64_t keep) : folder_(folder), keep_(keep) {}

  bool busy() const { return work_.running(); }
  /// Begins to save version `step`; nothing may be under way. Errors: Error (cannot_create, resources).
  void begin(std::int64_t step, const Write& write);
  /// Where a save has come to its end since: what became of it, and it is the latest version. Throws what went wrong; then
  /// the run's folder is as before, and nothing is under way.
  std::optional<Saved> poll();
  /// The same, after waiting for what is under way, which then counts as standing still.
  std::optional<Saved> wait();
  /// The step of the save under way or of the last one.
  std::int64_t step() const { return saved_.step; }

 private:
  Saved place();
  RunDirectory& folder_;
  std::int64_t keep_;
  std::unique_ptr<io::DraftFolder> draft_;
  std::chrono::steady_clock::time_point began_;
  Saved saved_;
  io::BackgroundWork work_;  // last: the child ends before its folder is removed
};

}  // namespace daybreak::training
