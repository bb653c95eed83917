#include "libcore/base/error.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace daybreak {
namespace {

constexpr std::array<ExitStatusText, 12> kExitStatuses{{
    {ExitStatus::done, "done"},
    {ExitStatus::negative, "ran to the end, and the answer is no (a budget cannot be met, a check differs)"},
    {ExitStatus::usage, "wrong command line"},
    {ExitStatus::data, "an input is malformed"},
    {ExitStatus::no_input, "an input does not exist or cannot be opened"},
    {ExitStatus::unavailable, "a device or a helper program is not available"},
    {ExitStatus::bug, "a mistake of this program; please report it"},
    {ExitStatus::resources, "not enough memory or threads"},
    {ExitStatus::cannot_create, "an output cannot be created"},
    {ExitStatus::io, "reading or writing failed (for instance a full disk)"},
    {ExitStatus::try_again, "trying again helps: a lock is held, a peer is lost, or --max-time was reached"},
    {ExitStatus::config, "a configuration file is wrong"},
}};

std::string sentence(const std::string& where, const std::string& message, const std::string& hint) {
  std::string text = where.empty() ? message : where + ": " + message;
  if (!hint.empty()) text += " (" + hint + ")";
  return text;
}

ExitStatus status_of(std::string_view doing, int error_number) {
  if (error_number == ENOMEM || error_number == EAGAIN || error_number == EMFILE || error_number == ENFILE)
    return ExitStatus::resources;
  if (doing == "open") return ExitStatus::no_input;
  if (error_number == ENOSPC || error_number == EDQUOT || error_number == EIO) return ExitStatus::io;
  if (doing == "create" || doing == "rename") return ExitStatus::cannot_create;
  return ExitStatus::io;
}

std::string_view hint_of(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT: return "free some space, or write elsewhere";
    case ENOENT: return "check the path";
    case EACCES:
    case EPERM: return "check the permissions";
    case EROFS: return "choose a folder that can be written";
    default: return "";
  }
}

}  // namespace

std::span<const ExitStatusText> exit_status_table() {
  return kExitStatuses;
}

Error::Error(ExitStatus status, std::string message, std::string hint, std::string where)
    : status_(status), message_(std::move(message)), hint_(std::move(hint)), where_(std::move(where)),
      text_(sentence(where_, message_, hint_)) {}

Error data_error(std::string where, std::string message, std::string hint) {
  return {ExitStatus::data, std::move(message), std::move(hint), std::move(where)};
}

Error usage_error(std::string message, std::string hint) {
  return {ExitStatus::usage, std::move(message), std::move(hint)};
}

Error system_error(std::string_view doing, std::string_view path, int error_number) {
  return {status_of(doing, error_number),
          "cannot " + std::string(doing) + ": " + std::generic_category().message(error_number),
          std::string(hint_of(error_number)), std::string(path)};
}

}  // namespace daybreak
