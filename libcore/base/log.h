#pragma once
// Where the library says what it does: it never writes to stdout or stderr itself, the frame does.
#include <cstdint>
#include <string_view>

namespace daybreak {

/// Messages for people. The frame prefixes the tool's name and decides what is shown.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void warning(std::string_view message) = 0;
  virtual void info(std::string_view message) = 0;   // shown with -v
  virtual void debug(std::string_view message) = 0;  // shown with -vv
};

/// How far a long piece of work is. Calls are cheap; the frame draws at most a few times a second.
class ProgressSink {
 public:
  virtual ~ProgressSink() = default;
  /// A new phase begins: "compress", of `total` units ("B", "steps"); total 0: unknown.
  virtual void begin(std::string_view phase, std::uint64_t total, std::string_view unit) = 0;
  virtual void advance(std::uint64_t units) = 0;
};

}  // namespace daybreak
