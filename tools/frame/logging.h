#pragma once
// Messages on stderr: "tool: warning: text", or one JSON object a line.
#include <memory>
#include <string>

#include "libcore/base/error.h"
#include "libcore/base/log.h"

namespace daybreak::frame {

enum class Verbosity { quiet, normal, info, debug };

class Logger : public LogSink {
 public:
  explicit Logger(std::string tool);
  ~Logger() override;
  void configure(Verbosity verbosity, bool as_json);

  void warning(std::string_view message) override;
  void info(std::string_view message) override;
  void debug(std::string_view message) override;
  void error(const Error& failure);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace daybreak::frame
