#pragma once
// Work on a snapshot of this process, while the process itself goes on.
#include <functional>
#include <memory>

namespace daybreak::io {

/// One piece of work in a child process, which sees the memory as it was at the start: pages are copied only where the
/// parent writes to them meanwhile. The child has the calling thread alone, lowers its priority, and dies with its parent.
class BackgroundWork {
 public:
  BackgroundWork();
  /// Kills what is still running.
  ~BackgroundWork();

  /// Begins. `work` must not touch what other threads may hold at this moment, nor print. Errors: Error (resources).
  /// cost: a fork, some milliseconds for each GiB that is in memory in small pages.
  void start(const std::function<void()>& work);
  bool running() const { return running_ != nullptr; }
  /// True once the work has ended well; false while it runs. Throws what the work threw (as Error), or Error (io) where
  /// the child died. Afterwards nothing runs.
  bool finished();
  /// Waits for the end; errors as finished().
  void wait();

 private:
  struct Running;
  void settle(int status);
  std::unique_ptr<Running> running_;
};

}  // namespace daybreak::io
