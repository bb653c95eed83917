#pragma once
// The one place that knows which reader reads which layout.
#include <memory>

#include "libcore/scaling/traces/request.h"
#include "libcore/scaling/traces/windows.h"

namespace daybreak::scaling {

/// A trace as its layout gives it: requests that are yet to be read, or else samples.
struct Opened {
  std::string format;
  std::unique_ptr<RequestReader> requests;
  Samples samples;
};

/// Recognizes the layout and opens it. Errors as the readers'; a trace without rows is one (data).
Opened open_trace(const io::InputFile& file, const TraceOptions& options);

}  // namespace daybreak::scaling
