#include "libcore/training/snapshot.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <exception>
#include <utility>

namespace daybreak::training {
namespace {

constexpr std::chrono::milliseconds kLook{10};
constexpr unsigned kLongestChildS = 15 * 60;  // a child that waits for ever would keep the lock for ever

/// All descriptors but these, in order; standard streams lead nowhere.
void keep_only(const std::array<int, 2>& kept) {
  unsigned next = 3;
  for (const int descriptor : kept) {
    if (descriptor < static_cast<int>(next)) continue;
    const auto here = static_cast<unsigned>(descriptor);
    if (here > next) close_range(next, here - 1, 0);
    next = here + 1;
  }
  close_range(next, ~0U, 0);
  const int nowhere = open("/dev/null", O_RDWR);
  for (int stream = 0; stream < 3; ++stream) dup2(nowhere, stream);
}

/// What poll() finds readable once a process has come to its end, whosever child it is.
int end_of(pid_t process) {
  return static_cast<int>(syscall(SYS_pidfd_open, process, 0));
}

void wait_for(int end) {
  pollfd one{end, POLLIN, 0};
  while (poll(&one, 1, -1) < 0 && errno == EINTR) {
  }
}

bool succeeded(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0)
    if (errno != EINTR) return false;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

Snapshot::Snapshot(const StopToken& stop, Source source)
    : stop_(stop), source_(std::move(source)), watcher_([this] { watch(); }) {}

Snapshot::~Snapshot() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  watcher_.join();
}

void Snapshot::pause() {
  const std::lock_guard lock(mutex_);
  ++pauses_;
}

void Snapshot::resume() {
  {
    const std::lock_guard lock(mutex_);
    --pauses_;
  }
  changed_.notify_all();
}

void Snapshot::begin() {
  const std::lock_guard lock(mutex_);
  take();
}

bool Snapshot::begun() const {
  const std::lock_guard lock(mutex_);
  return last_step_.has_value();
}

/// A signal handler can wake no thread that waits for a condition, so it looks from time to time.
void Snapshot::watch() {
  std::unique_lock lock(mutex_);
  while (!ended_ && !last_step_) {
    if (stop_.requested() && pauses_ == 0)
      take();
    else
      changed_.wait_for(lock, kLook);
  }
}

/// Where there is no memory for another process, the run saves at its end like any other.
void Snapshot::take() {
  const std::int64_t step = source_.step();
  if (last_step_ == step) return;
  last_step_ = step;
  const Save save = source_.saver();
  const int earlier = children_.empty() ? -1 : end_of(children_.back().process);
  const pid_t process = fork();
  if (process == 0) be_child(save, earlier);
  if (earlier >= 0) close(earlier);
  if (process > 0) children_.push_back({step, process});
}

void Snapshot::be_child(const Save& save, int earlier) const {
  setsid();
  alarm(kLongestChildS);
  keep_only({std::min(source_.lock, earlier), std::max(source_.lock, earlier)});
  int status = 1;
  try {
    save([&] {
      if (earlier >= 0) wait_for(earlier);
    });
    status = 0;
  } catch (...) {  // the parent tries again, or the run goes on from the version before
  }
  _exit(status);
}

std::optional<std::int64_t> Snapshot::settle() {
  const std::lock_guard lock(mutex_);
  for (const Child& child : std::exchange(children_, {}))
    if (succeeded(child.process)) saved_ = std::max(saved_.value_or(child.step), child.step);
  return saved_;
}

}  // namespace daybreak::training
