#include <algorithm>

#include "libcore/base/error.h"
#include "libcore/scaling/traces/opened.h"
#include "libcore/scaling/traces/request.h"

namespace daybreak::scaling {

std::unique_ptr<RequestReader> open_requests(const io::InputFile& file, const TraceOptions& options) {
  Opened opened = open_trace(file, options);
  if (opened.requests) return std::move(opened.requests);
  throw data_error(file.name(), "expected single requests or jobs, found " + opened.format + " with loads over time",
                   "use the fluid model, or a request log (azure-llm, burstgpt, mooncake, swf, or rows with input_tokens or duration_s)");
}

RequestTrace read_requests(const io::InputFile& file, const TraceOptions& options) {
  const auto reader = open_requests(file, options);
  RequestTrace trace;
  for (Request request; reader->next(request);) trace.requests.push_back(request);
  trace.facts = reader->facts();
  if (trace.facts.out_of_order == 0) return trace;
  std::stable_sort(trace.requests.begin(), trace.requests.end(), [](const Request& a, const Request& b) { return a.time_s < b.time_s; });
  const double first = trace.requests.front().time_s;
  trace.facts.start_s += first;
  for (Request& request : trace.requests) request.time_s -= first;
  return trace;
}

}  // namespace daybreak::scaling
