#pragma once
// Saves a run's checkpoints in the background: a thread copies the state while the next step computes its gradients,
// which leaves the state alone, and writes the copy while training goes on.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "libcore/training/checkpoint_parts.h"
#include "libcore/training/run_directory.h"

namespace daybreak::training {

/// One checkpoint at a time. A version gets its name, and `latest` names it, only once all of it is on the disk. Of several
/// ranks that save together each has a saver, whose `Write` writes this rank's files; that of the rank which keeps the folder
/// returns once the files of all are there.
class CheckpointSaver {
 public:
  /// Fills an empty folder with files that it has synchronized.
  using Write = std::function<void(const std::filesystem::path& folder)>;
  /// Copies the state, and returns what writes the copy. Runs in the saver's thread.
  using Take = std::function<Write()>;
  /// Returns what copies it. Runs in the thread that trains, which stands still for it.
  using Prepare = std::function<Take()>;
  /// What became of a save.
  struct Saved {
    std::int64_t step = 0;
    double stall_s = 0;  // that training stood still
    double write_s = 0;  // until it was found on the disk
  };

  /// keep: as RunDirectory::place(). The folder must outlive this.
  CheckpointSaver(RunDirectory& folder, std::int64_t keep, RankOfJob rank = {}) : folder_(folder), keep_(keep), rank_(rank) {}
  /// Waits for what is under way, which then gets no place.
  ~CheckpointSaver();
  CheckpointSaver(const CheckpointSaver&) = delete;
  CheckpointSaver& operator=(const CheckpointSaver&) = delete;

  bool busy() const { return thread_.joinable(); }
  /// Version `step` is to be saved: makes its draft, where this rank keeps the folder; nothing may be under way. No rank
  /// begins before all have opened. Errors: Error (cannot_create).
  void open(std::int64_t step);
  /// Begins to save what was opened. Errors: what `prepare` throws.
  void begin(const Prepare& prepare);
  /// To be called before the state changes: waits until it has been copied.
  void wait_until_taken();
  /// Where a save has come to its end since: what became of it, and it is the latest version (of another rank's folder
  /// perhaps not yet). Throws what went wrong; then the run's folder is as before, and nothing is under way.
  std::optional<Saved> poll();
  /// The same, after waiting for what is under way. training_waits: that counts as standing still.
  std::optional<Saved> wait(bool training_waits);
  /// The step of the save under way or of the last one.
  std::int64_t step() const { return saved_.step; }

 private:
  enum class Phase { copying, writing, ended };
  void work(const Take& take);
  /// The rank that keeps the folder waits for this one's file no longer.
  void give_up(const std::exception_ptr& failure) const;
  void advance(Phase phase);
  Saved settle();

  RunDirectory& folder_;
  std::int64_t keep_;
  RankOfJob rank_;
  std::unique_ptr<io::DraftFolder> draft_;
  std::chrono::steady_clock::time_point began_;
  Saved saved_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::ended;
  std::exception_ptr failure_;
  std::thread thread_;
};

}  // namespace daybreak::training
