#pragma once
// Saves a run whose engine kills it soon after it has asked it to stop, perhaps long before the present step is over.
#include <sys/types.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "libcore/base/stop.h"

namespace daybreak::training {

/// As soon as a stop is requested the process forks: the child has the state as it is at that moment, and writes it while the
/// parent goes on to the end of its step. It leads a session of its own, so that what kills the parent, or the parent's group,
/// passes it by; it inherits the lock of the run's folder, so that whoever begins the run again meanwhile is sent away.
///
/// Of several threads only the one that forks goes on in the child. What it calls there must therefore not wait for another
/// one: memory comes from glibc, whose fork() leaves its locks free; nothing is logged, computed in a pool of threads, sent by
/// MPI or read through HDF5; no destructor of the parent's objects runs, for the child ends by _exit(). All descriptors but the
/// lock are closed, so that nobody waits for the end of a pipe or of a connection that only the child still holds. An alarm
/// ends a child that does not come to its end. The state must lie in memory that the child gets a copy of: the host's, private.
class Snapshot {
 public:
  /// Saves a state. Runs in the child; calls `in_turn` before the state becomes the latest one, which waits for what an
  /// earlier child of this process has to save.
  using Save = std::function<void(const std::function<void()>& in_turn)>;
  struct Source {
    std::function<std::int64_t()> step;  // that the state is of
    std::function<Save()> saver;         // what saves it
    int lock = -1;                       // the descriptor that stays open in the child; -1: none
  };

  /// stop, and what `source` refers to, must outlive this.
  Snapshot(const StopToken& stop, Source source);
  /// Forks no more. Children that there are go on by themselves.
  ~Snapshot();
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  /// Between these no fork happens by itself: the state changes, or a version gets its place. Calls may be nested; where one
  /// side fails in between, the state is whole no more, and none happens at all.
  void pause();
  void resume();
  /// Forks for the present state unless a child has it.
  void begin();
  /// True once there has been a child. Only between pause() and resume() does that stay as it is.
  bool begun() const;
  /// Waits for all children. The step of the latest state that one of them has saved; nothing where none has.
  std::optional<std::int64_t> settle();

 private:
  struct Child {
    std::int64_t step;
    pid_t process;
  };
  void watch();
  void take();  // with the mutex held
  [[noreturn]] void be_child(const Save& save, int earlier) const;

  const StopToken& stop_;
  const Source source_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int pauses_ = 0;
  bool ended_ = false;
  std::vector<Child> children_;            // those that nobody has waited for
  std::optional<std::int64_t> last_step_;  // that a child was made for
  std::optional<std::int64_t> saved_;
  std::thread watcher_;
};

}  // namespace daybreak::training
