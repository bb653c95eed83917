#include "libcore/io/program.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <sstream>

#include "libcore/base/error.h"

extern char** environ;

namespace daybreak::io {
namespace {

void check(int error_number, const std::string& program) {
  if (error_number != 0) throw system_error("start", program, error_number);
}

/// What the child does before it becomes the program.
class Redirections {
 public:
  Redirections(int input, int output, const std::string& program) {
    check(posix_spawn_file_actions_init(&actions_), program);
    check(posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO), program);
    check(posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO), program);
    check(posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0), program);
  }
  ~Redirections() { posix_spawn_file_actions_destroy(&actions_); }
  Redirections(const Redirections&) = delete;
  Redirections& operator=(const Redirections&) = delete;
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

/// The wait status of a child, which a requested stop ends. Signals restart system calls here, so the stop is looked
/// for now and then; the end of the child is seen at once, for its time is measured.
int wait_for(pid_t child, const StopToken& stop) {
  constexpr int kGlance = 100;                                                   // ms
  pollfd ended{static_cast<int>(syscall(SYS_pidfd_open, child, 0)), POLLIN, 0};  // absent before Linux 5.3
  while (ended.fd >= 0 && poll(&ended, 1, kGlance) <= 0)
    if (stop.requested()) kill(child, SIGTERM);
  if (ended.fd >= 0) close(ended.fd);
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) throw system_error("wait for", "a program", errno);
  stop.check();
  return status;
}

}  // namespace

std::optional<std::string> find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path != nullptr ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (!folder.starts_with('/')) continue;
    std::string whole = folder + "/" + name;
    struct stat status {};
    if (stat(whole.c_str(), &status) == 0 && S_ISREG(status.st_mode) && access(whole.c_str(), X_OK) == 0) return whole;
  }
  return std::nullopt;
}

void run_filter(const std::string& program, const std::vector<std::string>& arguments, int input, int output,
                const StopToken& stop) {
  if (lseek(input, 0, SEEK_SET) < 0 || lseek(output, 0, SEEK_SET) < 0 || ftruncate(output, 0) != 0)
    throw system_error("rewind", "a temporary file", errno);
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const Redirections redirections(input, output, program);
  pid_t child = 0;
  check(posix_spawn(&child, program.c_str(), redirections.get(), nullptr, argv.data(), environ), program);
  const int status = wait_for(child, stop);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw Error(ExitStatus::io,
                WIFEXITED(status) ? "ended with " + std::to_string(WEXITSTATUS(status))
                                  : "died of signal " + std::to_string(WTERMSIG(status)),
                {}, program);
}

}  // namespace daybreak::io
