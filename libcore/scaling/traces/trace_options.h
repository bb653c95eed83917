#pragma once
// How traffic is to be read.
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/options.h"

namespace daybreak::scaling {

struct TraceOptions {
  std::string path;
  std::string format = "auto";              // auto: recognized by the content
  std::optional<std::string> series;        // where the file has several: the value of its text column, or a metric's name
  std::vector<std::string> series_match;    // label=value, all must hold (Prometheus)
  double slot_s = 60;
  std::string resample = "step";            // what is assumed within windows longer than a slot
  std::string outage = "hold";              // what is assumed where rows are missing or abruptly zero
  std::string work = "requests";            // what a request counts as: itself, its tokens, its server-seconds
  std::string time_unit = "auto";           // of numbers as times
  bool counter = false;                     // values only grow, except at resets
  void declare(OptionSink& sink);
};

}  // namespace daybreak::scaling
