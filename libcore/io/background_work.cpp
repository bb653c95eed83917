#include "libcore/io/background_work.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <optional>
#include <string>

#include "libcore/base/error.h"
#include "libcore/io/child_process.h"

namespace daybreak::io {
namespace {

/// What is told of a failure fits a pipe, so that a child never waits for somebody to read it.
constexpr std::size_t kMostBytes = 4096;
constexpr int kFailed = 1, kLowPriority = 10;

/// message NUL hint NUL where NUL status
std::string encoded(const Error& failure) {
  std::string text;
  for (const std::string& part : {failure.message(), failure.hint(), failure.where()})
    text += part.substr(0, kMostBytes / 4) + '\0';
  return text + std::to_string(static_cast<int>(failure.status()));
}

Error decoded(const std::string& text) {
  std::array<std::string, 4> parts;
  std::size_t begin = 0;
  for (std::string& part : parts) {
    const std::size_t end = std::min(text.find('\0', begin), text.size());
    part = text.substr(std::min(begin, text.size()), end - std::min(begin, end));
    begin = end + 1;
  }
  return {static_cast<ExitStatus>(std::atoi(parts[3].c_str())), parts[0], parts[1], parts[2]};
}

void tell(int descriptor, const Error& failure) {
  const std::string text = encoded(failure);
  while (write(descriptor, text.data(), text.size()) < 0 && errno == EINTR) {
  }
}

/// Nothing of the parent's is unwound here: its temporary files are not the child's to remove.
[[noreturn]] void run_child(const std::function<void()>& work, int descriptor, pid_t parent) noexcept {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kFailed);  // it died before
  const sched_param none{};
  sched_setscheduler(0, SCHED_OTHER, &none);  // the parent may have been given a real-time class
  if (nice(kLowPriority) < 0) errno = 0;
  try {
    work();
    _exit(0);
  } catch (const Error& failure) {
    tell(descriptor, failure);
  } catch (const std::exception& failure) {
    tell(descriptor, Error(ExitStatus::resources, failure.what()));
  } catch (...) {
    tell(descriptor, Error(ExitStatus::bug, "the work in the background was broken off"));
  }
  _exit(kFailed);
}

std::string told(int descriptor) {
  std::string text(kMostBytes, '\0');
  ssize_t got = 0;
  while ((got = read(descriptor, text.data(), text.size())) < 0 && errno == EINTR) {
  }
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

}  // namespace

struct BackgroundWork::Running {
  Running(pid_t id, int descriptor) : child(id), source(descriptor) {}
  Child child;
  Descriptor source;
};

BackgroundWork::BackgroundWork() = default;
BackgroundWork::~BackgroundWork() = default;

void BackgroundWork::start(const std::function<void()>& work) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw system_error("start", "a process in the background", errno);
  Descriptor sink(ends[1]);
  const pid_t parent = getpid(), id = fork();
  if (id == 0) run_child(work, sink.number, parent);
  const int failure = errno;
  if (id < 0) {
    close(ends[0]);
    throw Error(ExitStatus::resources, "a process in the background cannot be started: " + std::string(strerror(failure)));
  }
  running_ = std::make_unique<Running>(id, ends[0]);
}

bool BackgroundWork::finished() {
  const std::optional<int> status = running_->child.ended();
  if (status) settle(*status);
  return status.has_value();
}

void BackgroundWork::wait() {
  settle(running_->child.wait());
}

void BackgroundWork::settle(int status) {
  const std::string text = told(running_->source.number);
  running_.reset();
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (!text.empty()) throw decoded(text);
  const std::string how = WIFSIGNALED(status) ? "died of signal " + std::to_string(WTERMSIG(status)) : "ended early";
  throw Error(ExitStatus::io, "the process in the background " + how);
}

}  // namespace daybreak::io
