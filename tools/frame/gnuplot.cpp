#include "tools/frame/gnuplot.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "libcore/base/error.h"

namespace daybreak::frame {
namespace {

struct Closer {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using TemporaryFile = std::unique_ptr<std::FILE, Closer>;

TemporaryFile temporary_file(std::string_view text) {
  TemporaryFile file(std::tmpfile());
  if (!file || std::fwrite(text.data(), 1, text.size(), file.get()) != text.size() || std::fflush(file.get()) != 0)
    throw system_error("write", "a temporary file", errno);
  std::rewind(file.get());
  return file;
}

std::string first_line(std::FILE* file) {
  std::rewind(file);
  char line[200] = "";
  while (std::fgets(line, sizeof line, file) != nullptr && line[0] == '\n') {
  }
  std::string text(line);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// One end of a pipe.
class PipeEnd {
 public:
  explicit PipeEnd(int number) : number_(number) {}
  ~PipeEnd() { reset(); }
  PipeEnd(const PipeEnd&) = delete;
  PipeEnd& operator=(const PipeEnd&) = delete;
  int get() const { return number_; }
  void reset() {
    if (number_ >= 0) close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

/// Runs gnuplot on a script and gives the picture: it would not notice where its own output has no room.
std::string picture_of(std::FILE* script) {
  const TemporaryFile messages = temporary_file("");
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw system_error("start", "gnuplot", errno);
  const PipeEnd source(ends[0]);
  PipeEnd sink(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, fileno(script), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, sink.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, fileno(messages.get()), STDERR_FILENO);
  std::string words[] = {"gnuplot", "--default-settings", "-"};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), nullptr};
  pid_t child = 0;
  const int failed = posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw system_error("start", "gnuplot", failed);
  sink.reset();
  std::string picture;
  char block[1 << 16];
  for (ssize_t got = 0; (got = read(source.get(), block, sizeof block)) != 0;)
    if (got > 0) picture.append(block, static_cast<std::size_t>(got));
    else if (errno != EINTR) break;
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (status != 0) throw Error(ExitStatus::bug, "gnuplot could not draw the plot: " + first_line(messages.get()));
  return picture;
}

/// True where a folder of PATH has the program.
bool is_there(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (std::string_view rest = path != nullptr ? path : ""; !rest.empty();) {
    const std::size_t end = std::min(rest.find(':'), rest.size());
    if (access((std::string(rest.substr(0, end)) + "/" + program).c_str(), X_OK) == 0) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace

void check_plot(const std::string& path) {
  if (!path.ends_with(".svg") && !path.ends_with(".png"))
    throw usage_error("--plot: expected a name that ends in .svg or .png, found '" + path + "'");
  if (!is_there("gnuplot"))
    throw Error(ExitStatus::unavailable, "--plot: gnuplot is not on the PATH", "apt-get install gnuplot-nox");
}

std::string gnuplot_text(std::string_view text) {
  constexpr std::string_view kHarmless =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:;+-*/=()<>_";
  std::string quoted = "\"";
  for (const char letter : text) quoted += kHarmless.find(letter) != std::string_view::npos ? letter : '_';
  return quoted + "\"";
}

std::string gnuplot_number(double value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

void draw(const std::string& script, int height, const std::string& path, io::AtomicFile& file) {
  check_plot(path);
  const std::string terminal = path.ends_with(".svg") ? "svg" : "png";
  const TemporaryFile input = temporary_file("set terminal " + terminal + " noenhanced background 'white' size 960," +
                                             std::to_string(height) + "\n" + script);
  file.write(picture_of(input.get()));
}

}  // namespace daybreak::frame
