#include "tools/frame/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "libcore/io/json.h"

namespace daybreak::frame {
namespace {

/// Bytes of a file may stand in a message: none of them may steer the terminal.
std::string printable(std::string_view message) {
  std::string shown;
  for (const char byte : message) {
    const auto code = static_cast<unsigned char>(byte);
    if (code >= 0x20 && code != 0x7f) {
      shown += byte;
    } else {
      constexpr std::string_view kDigits = "0123456789abcdef";
      shown.append("\\x").append(1, kDigits[code >> 4]).append(1, kDigits[code & 15]);
    }
  }
  return shown;
}

}  // namespace

struct Logger::Impl {
  std::string tool;
  bool as_json = false;
  std::shared_ptr<spdlog::logger> logger;

  void say(spdlog::level::level_enum level, std::string_view word, std::string_view message,
           const Error* failure = nullptr) {
    if (!logger->should_log(level)) return;
    if (as_json) {
      io::Json record;
      record["level"] = word.empty() ? "error" : word;
      record["tool"] = tool;
      if (failure != nullptr && !failure->where().empty()) record["where"] = failure->where();
      record["message"] = failure != nullptr ? failure->message() : std::string(message);
      if (failure != nullptr && !failure->hint().empty()) record["hint"] = failure->hint();
      if (failure != nullptr) record["exit_status"] = static_cast<int>(failure->status());
      logger->log(level, "{}", record.dump());
    } else {
      logger->log(level, "{}: {}{}", tool, word.empty() ? "" : std::string(word) + ": ",
                  printable(failure != nullptr ? failure->what() : message));
    }
  }
};

Logger::Logger(std::string tool) : impl_(std::make_unique<Impl>()) {
  // spdlog's own default logger writes to stdout, which carries data only.
  impl_->tool = std::move(tool);
  impl_->logger = std::make_shared<spdlog::logger>(impl_->tool, std::make_shared<spdlog::sinks::stderr_sink_mt>());
  impl_->logger->set_pattern("%v");
  impl_->logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(impl_->logger);
  configure(Verbosity::normal, false);
}

Logger::~Logger() = default;

void Logger::configure(Verbosity verbosity, bool as_json) {
  impl_->as_json = as_json;
  switch (verbosity) {
    case Verbosity::quiet: impl_->logger->set_level(spdlog::level::err); break;
    case Verbosity::normal: impl_->logger->set_level(spdlog::level::warn); break;
    case Verbosity::info: impl_->logger->set_level(spdlog::level::info); break;
    case Verbosity::debug: impl_->logger->set_level(spdlog::level::debug); break;
  }
}

void Logger::warning(std::string_view message) { impl_->say(spdlog::level::warn, "warning", message); }
void Logger::info(std::string_view message) { impl_->say(spdlog::level::info, "info", message); }
void Logger::debug(std::string_view message) { impl_->say(spdlog::level::debug, "debug", message); }
void Logger::error(const Error& failure) { impl_->say(spdlog::level::err, "", "", &failure); }

}  // namespace daybreak::frame
