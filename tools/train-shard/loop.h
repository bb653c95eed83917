#pragma once
// The loop over the steps of a run, with what it needs around it.
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "libcore/base/clock.h"
#include "tools/train-shard/metrics.h"
#include "tools/train-shard/saves.h"
#include "tools/train-shard/task.h"

namespace daybreak::train_shard {

/// Of one rank; all ranks of a job run theirs together, and only rank 0 has anything to say.
class Loop {
 public:
  /// began: when the process did, for --max-time. To be made on all ranks.
  Loop(const TaskParts& parts, Task& task, frame::RecordStream& records, Clock::time_point began);

  frame::Outcome run();

 private:
  /// What the ranks tell each other before a step.
  struct Word {
    std::int32_t signal = 0;  // that asks this one to stop
    std::int32_t stop_file = 0, out_of_time = 0, failed = 0;
    double computed_s = 0;  // in the last step
  };
  void steps();
  bool goes_on();
  void fetch();
  Word word() const;
  void follow_paces(const std::vector<Word>& words);
  void one_step();
  training::StepReport computed();
  bool finished() const { return task_.step_count() >= options_.steps; }
  /// The first signal that any rank got, or 0.
  int agreed_signal();

  void validate();
  /// Writes a record. Whatever comes of it is told to the other ranks before the next step.
  void record(const std::function<void()>& write);
  std::string to_the_end();
  void summarize(const std::string& stopped_by);

  const RunOptions& options_;
  frame::Session& session_;
  Ranks& ranks_;
  training::RunDirectory& folder_;
  Clock::time_point began_;
  Task& task_;
  RunMetrics metrics_;
  int reader_gone_ = 0;         // the signal for whom nobody reads
  std::exception_ptr trouble_;  // of this rank, which the others do not know of yet
  Saves saves_;
  std::int64_t skipped_, validated_step_ = -1, steps_here_ = 0;
  double computed_s_ = 0;
  std::string stopped_by_;
};

}  // namespace daybreak::train_shard
