#pragma once
// The options that every tool has, declared once.
#include <cstdint>
#include <optional>
#include <string>

#include "tools/frame/logging.h"
#include "tools/frame/tool.h"

namespace daybreak::frame {

struct SharedValues {
  bool help = false, version = false, print_config = false, quiet = false, dry_run = false, force = false;
  std::int64_t verbose = 0;  // how often -v was given
  std::string format = "auto", log_format = "text";
  std::optional<std::string> output, depfile, config, generate;
  std::int64_t threads = 0, seed = 0;

  void declare(OptionSink& sink, const SharedOptions& wanted);
  Verbosity verbosity() const;
};

}  // namespace daybreak::frame
