#pragma once
// Traces out of a literal text or the data folder.
#include <cstdlib>
#include <functional>
#include <numeric>
#include <optional>

#include "libcore/scaling/traces/request.h"
#include "libcore/scaling/traces/trace.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

namespace daybreak::scaling {

using Adjust = std::function<void(TraceOptions&)>;

inline TraceOptions options_with(const Adjust& adjust) {
  TraceOptions options;
  if (adjust) adjust(options);
  return options;
}

inline Trace trace_of(const std::string& text, const Adjust& adjust = nullptr) {
  const test_support::ScratchFolder folder;
  return read_trace(io::InputFile(folder.file("trace", text)), options_with(adjust));
}

inline RequestTrace requests_of(const std::string& text, const Adjust& adjust = nullptr) {
  const test_support::ScratchFolder folder;
  return read_requests(io::InputFile(folder.file("trace", text)), options_with(adjust));
}

inline double total(const Trace& trace) {
  return std::accumulate(trace.arrivals.begin(), trace.arrivals.end(), 0.0);
}

/// A file of the data folder, or nothing, with a word, where there is none.
inline std::optional<std::string> data_file(const std::string& name) {
  const char* folder = std::getenv("DAYBREAK_DATA");
  const std::string path = std::string(folder ? folder : "") + "/" + name;
  if (folder && std::filesystem::exists(path)) return path;
  WARN("skipped: DAYBREAK_DATA has no " << name);
  return std::nullopt;
}

}  // namespace daybreak::scaling
