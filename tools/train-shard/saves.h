#pragma once
// A rank's part in the checkpoints of a run.
#include <cstdint>
#include <functional>
#include <memory>

#include "libcore/training/checkpoint_saver.h"
#include "libcore/training/snapshot.h"
#include "tools/train-shard/metrics.h"
#include "tools/train-shard/task.h"

namespace daybreak::train_shard {

/// Beside the steps, at the end of a run, and where its engine kills it early. Unless it is said otherwise all ranks call
/// these functions together.
class Saves {
 public:
  /// Calls a function that writes a record, and keeps what comes of it.
  using Record = std::function<void(const std::function<void()>&)>;
  /// All must outlive this.
  Saves(const TaskParts& parts, Task& task, RunMetrics& metrics, Record record);

  /// Where the engine kills soon after it has asked to stop, and the state of all ranks can be saved by their children.
  void prepare_to_leave_early();
  /// Of this rank: its state has changed as a whole.
  void updated();
  /// Begins to save the present state, once what is under way has come to its end. One that fails is told of at once, and the
  /// run goes on: the next one may succeed, and the last one must.
  void begin();
  /// Of this rank: tells of a save that has come to its end.
  void poll() { note(Wait::no); }
  /// Whatever was tried before, the state is saved at last, or the run ends with the reason. by_child: where there may be
  /// children, one of them begins with it.
  void finish(bool by_child);
  /// No rank leaves a job that has failed before all have done what they still could.
  void leave();
  /// Of this rank, without the others: what is under way comes to its end.
  void wait() { note(Wait::at_the_end); }

  /// The step of the save that was begun last.
  std::int64_t step() const { return saver_.step(); }
  std::int64_t failed() const { return failed_; }
  double longest_stall_s() const { return longest_stall_s_; }

 private:
  /// How long a save under way is waited for.
  enum class Wait { no, training_waits, at_the_end };
  void note(Wait wait);
  void tried(const std::function<void()>& action);
  void tell_of_failed(const Error& failure);
  /// Saves in the process itself.
  void save_here();

  const RunOptions& options_;
  frame::Session& session_;
  Ranks& ranks_;
  training::RunDirectory& folder_;
  Task& task_;
  RunMetrics& metrics_;
  const Record record_;
  training::CheckpointSaver saver_;
  std::unique_ptr<training::Snapshot> snapshot_;  // or none
  std::int64_t saved_step_, failed_ = 0;
  double longest_stall_s_ = 0;
};

}  // namespace daybreak::train_shard
