#pragma once
// What every failure in Daybreak says: what happened, where, and what to do next; and the exit status that follows.
#include <exception>
#include <span>
#include <string>
#include <string_view>

namespace daybreak {

/// The exit statuses of all five tools (sysexits.h numbers). Documented in daybreak.7, listed by exit_status_table().
enum class ExitStatus : int {
  done = 0,            // did what was asked
  negative = 1,        // ran to the end, and the answer is no
  usage = 64,          // wrong command line
  data = 65,           // an input is malformed
  no_input = 66,       // an input cannot be opened
  unavailable = 69,    // a device or helper program is not here
  bug = 70,            // our mistake
  resources = 71,      // no memory or threads
  cannot_create = 73,  // an output cannot be created
  io = 74,             // reading or writing failed, such as on a full disk
  try_again = 75,      // a lock is held, a peer is lost, or --max-time is reached after a checkpoint
  config = 78,         // a configuration file is wrong
};

struct ExitStatusText {
  ExitStatus status;
  std::string_view meaning;  // one line for help and man pages
};

/// The one table behind --help, the man pages and their test.
std::span<const ExitStatusText> exit_status_table();

/// The one exception of the suite at tool granularity. message: what is wrong, expected and found; where: "file",
/// "file:line" or "file: record"; hint: the next command or action.
class Error : public std::exception {
 public:
  Error(ExitStatus status, std::string message, std::string hint = {}, std::string where = {});

  ExitStatus status() const noexcept { return status_; }
  const std::string& message() const noexcept { return message_; }
  const std::string& hint() const noexcept { return hint_; }
  const std::string& where() const noexcept { return where_; }
  /// "where: message (hint)", as the user reads it after the name of the tool.
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  ExitStatus status_;
  std::string message_, hint_, where_, text_;
};

/// A malformed input: exit 65.
Error data_error(std::string where, std::string message, std::string hint = {});
/// A wrong command line or option value: exit 64.
Error usage_error(std::string message, std::string hint = {});
/// A failed system call on `path`: errno decides between 66 (absent, not readable), 73 (cannot create), 71 and 74.
/// doing: "open", "read", "create", "write", "rename", ...
Error system_error(std::string_view doing, std::string_view path, int error_number);

}  // namespace daybreak
