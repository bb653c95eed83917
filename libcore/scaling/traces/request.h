#pragma once
// Traffic as single requests (or batch jobs), for models that serve them one by one.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/input_file.h"
#include "libcore/scaling/traces/trace_options.h"

namespace daybreak::scaling {

/// One request as it arrived. What the log does not say is 0 (tokens) or absent (service).
struct Request {
  double time_s = 0;                // since the first request of the trace
  double input_tokens = 0, output_tokens = 0;
  std::optional<double> service_s = {};  // on each of `servers`; absent: tokens or a distribution must give it
  double servers = 1;               // that it holds at the same time (processors of a batch job)

  bool operator==(const Request&) const = default;
};

/// What is known of a request log once it was read to its end.
struct RequestFacts {
  std::string format, columns;        // the layout, and how it was understood
  double start_s = 0;                 // of the first request: seconds since 1970, or of the trace's own clock
  std::uint64_t rows = 0;             // requests
  std::uint64_t duplicates = 0;       // rows equal to the one before in all that is read; they are kept
  std::uint64_t out_of_order = 0;     // rows earlier than one before them
  std::uint64_t without_service = 0;  // rows of a log with service times that have none (pending, no end time, -1)
  bool has_tokens = false, has_service = false;
  std::vector<std::string> warnings;
};

/// Streams a request log in the order of its file, in the memory of one row.
class RequestReader {
 public:
  virtual ~RequestReader() = default;
  /// The next request, or false at the end. Times may go back (facts().out_of_order), and so be negative. Error (data)
  /// with the line.
  virtual bool next(Request& request) = 0;
  /// Complete after next() returned false.
  virtual const RequestFacts& facts() const = 0;
};

/// Opens the log; `file` must live as long as the reader. Error (data) where the layout has no single requests.
std::unique_ptr<RequestReader> open_requests(const io::InputFile& file, const TraceOptions& options);

/// All requests in the order of time, equal times in the order of the file.
struct RequestTrace {
  std::vector<Request> requests;
  RequestFacts facts;
};

/// The whole log in memory, 48 bytes a request. Errors as open_requests' and next's.
RequestTrace read_requests(const io::InputFile& file, const TraceOptions& options);

}  // namespace daybreak::scaling
