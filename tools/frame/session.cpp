#include "tools/frame/session.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/waiting_read.h"
#include "tools/frame/depfile.h"
#include "tools/frame/standard_output.h"

namespace daybreak::frame {
namespace {

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ > STDERR_FILENO) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_;
};

/// True where both name one regular file, or one that does not exist yet.
bool same_file(const std::string& a, const std::string& b) {
  struct stat first {}, second {};
  const bool first_exists = stat(a.c_str(), &first) == 0, second_exists = stat(b.c_str(), &second) == 0;
  if (first_exists && second_exists)
    return S_ISREG(first.st_mode) && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
  if (first_exists || second_exists) return false;
  std::error_code ignored;
  return std::filesystem::weakly_canonical(a, ignored) == std::filesystem::weakly_canonical(b, ignored);
}

/// An output must be neither read nor written under another option.
void refuse_shared(const std::string& output, const std::vector<std::string>& others, std::string_view how) {
  for (const std::string& other : others)
    if (same_file(output, other)) throw usage_error("the output '" + output + "' is also " + std::string(how), "name another file");
}

constexpr std::string_view kInput = "an input", kOutput = "another output";

std::int64_t usable_processors() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

}  // namespace

/// JSON Lines into a file of its own, a line at a time, or into the result.
class RunningSession::Lines : public RecordStream {
 public:
  Lines(RunningSession& session, std::optional<std::string> path)
      : session_(session),
        path_(std::move(path)),
        existed_(path_ && access(path_->c_str(), F_OK) == 0),
        file_(path_ ? open(path_->c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666) : -1) {
    if (path_ && file_.get() < 0) throw system_error("create", *path_, errno);
  }
  /// A verb that was refused before its first record leaves no trace.
  ~Lines() override {
    if (path_ && !existed_ && !written_) unlink(path_->c_str());
  }
  void write(const io::Json& record) override {
    const std::string line = record.dump() + "\n";
    if (!path_) return session_.write_result(line);
    if (!written_) end_torn_line();
    written_ = true;
    // One write a line: with O_APPEND no reader ever sees half of one.
    const ssize_t written = ::write(file_.get(), line.data(), line.size());
    if (written < 0) throw system_error("write", *path_, errno);
    if (static_cast<std::size_t>(written) != line.size()) throw system_error("write", *path_, ENOSPC);
  }

 private:
  /// A full disk or a crash may have cut the last line of an earlier run: what follows begins on a line of its own.
  void end_torn_line() {
    char last = '\n';
    const off_t end = lseek(file_.get(), 0, SEEK_END);
    if (end > 0 && pread(file_.get(), &last, 1, end - 1) == 1 && last != '\n' && ::write(file_.get(), "\n", 1) != 1)
      throw system_error("write", *path_, errno);
  }

  RunningSession& session_;
  std::optional<std::string> path_;
  bool existed_, written_ = false;
  Descriptor file_;
};

RunningSession::RunningSession(const SharedValues& shared, const StopToken& stop, Logger& logger)
    : shared_(shared), stop_(stop), logger_(logger), default_threads_(usable_processors()) {
  progress_.enable(!shared.quiet);
  if (shared_.config) inputs_.push_back(*shared_.config);
  if (shared_.output && *shared_.output != "-") output_file(*shared_.output);
  if (shared_.depfile) refuse_shared(*shared_.depfile, inputs_, kInput);
  if (shared_.depfile) refuse_shared(*shared_.depfile, outputs_, kOutput);
}

std::int64_t RunningSession::threads() const {
  return shared_.threads == 0 ? default_threads_ : shared_.threads;
}

const std::string& RunningSession::input(const std::string& path) {
  if (path == "-") return path;
  inputs_.push_back(path);
  stamps_.emplace_back(path, stamp_of(path));
  for (const std::string& output : outputs_) refuse_shared(output, inputs_, kInput);
  if (shared_.depfile) refuse_shared(*shared_.depfile, inputs_, kInput);
  return path;
}

std::optional<RunningSession::Stamp> RunningSession::stamp_of(const std::string& path) {
  struct stat found {};
  if (stat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  return Stamp{static_cast<std::int64_t>(found.st_dev), static_cast<std::int64_t>(found.st_ino), found.st_size,
               found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

void RunningSession::refuse_changed_inputs() const {
  for (const auto& [path, stamp] : stamps_)
    if (stamp && stamp_of(path) != stamp)
      throw data_error(path, "changed while it was read", "try again when nobody writes it, or take a copy");
}

const std::string& RunningSession::output_file(const std::string& path) {
  if (path.empty()) throw usage_error("the name of an output is empty", "name a file");
  refuse_shared(path, inputs_, kInput);
  refuse_shared(path, outputs_, kOutput);
  if (shared_.depfile) refuse_shared(path, {*shared_.depfile}, kOutput);
  outputs_.push_back(path);
  return path;
}

io::AtomicFile& RunningSession::side_file(const std::string& path) {
  if (path == "-") throw usage_error("only the result itself goes to stdout", "name a file instead of -");
  output_file(path);
  return *side_files_.emplace_back(std::make_unique<io::AtomicFile>(shared_.dry_run ? "/dev/null" : path));
}

std::string RunningSession::read_text(const std::string& path, std::int64_t limit_bytes) {
  const std::string name = path == "-" ? "stdin" : path;
  const Descriptor file(io::open_for_reading(input(path)));
  std::string text;
  std::vector<std::byte> block(1 << 16);
  while (const std::size_t got = io::read_waiting(file.get(), block, name, &stop_)) {
    text.append(reinterpret_cast<const char*>(block.data()), got);
    if (text.size() > static_cast<std::size_t>(limit_bytes))
      throw data_error(name, "larger than the " + std::to_string(limit_bytes) + " bytes that this input may have");
  }
  return text;
}

bool RunningSession::wants_text() const {
  if (shared_.format != "auto") return shared_.format == "text";
  return to_stdout() && terminal_ && isatty(STDOUT_FILENO) == 1;
}

bool RunningSession::to_stdout() const {
  return shared_.dry_run || !shared_.output || *shared_.output == "-";
}

void RunningSession::mute() {
  muted_ = true;
  progress_.enable(false);
  logger_.configure(Verbosity::quiet, shared_.log_format == "json");
}

void RunningSession::write_result(std::string_view text) {
  if (muted_) return;
  if (shared_.depfile && outputs_.empty()) throw usage_error("--depfile needs an output that Make can name", "add -o FILE");
  if (to_stdout()) return write_stdout(text);
  if (!file_) file_.emplace(*shared_.output);
  file_->write(text);
}

void RunningSession::emit(const io::Json& document, std::string_view text, std::string_view csv) {
  progress_.erase();
  if (shared_.format == "csv") return write_result(csv);
  if (!wants_text()) return write_result(document.dump(2) + "\n");
  write_result(text);
  if (!text.ends_with('\n')) write_result("\n");
}

RecordStream& RunningSession::records(const std::optional<std::string>& path) {
  const std::optional<std::string> file = path == "-" || muted_ ? std::nullopt : path;
  if (file) output_file(*file);
  return *streams_.emplace_back(std::make_unique<Lines>(*this, file));
}

void RunningSession::finish() {
  progress_.erase();
  if (muted_) return;
  if (file_) file_->commit();
  for (const auto& side : side_files_) side->commit();
  if (!shared_.depfile || shared_.dry_run) return;
  io::write_file(*shared_.depfile, depfile_rule(outputs_.front(), inputs_));
}

}  // namespace daybreak::frame
