#pragma once
// Which cells of a row mean what.
#include <optional>
#include <string>
#include <vector>

#include "libcore/scaling/traces/rows.h"
#include "libcore/scaling/traces/trace_options.h"

namespace daybreak::scaling {

/// What the rows of a trace are.
enum class RowKind {
  rate,     // units a second from the row's time on
  count,    // units in the step that begins at the row's time
  counter,  // units since the counter began
  request   // one request or job
};

/// Columns by number; absent ones are what the trace does not say.
struct Columns {
  RowKind kind = RowKind::request;
  std::size_t time = 0;
  std::string time_unit = "auto";
  std::optional<std::size_t> value, series;
  std::optional<std::size_t> input, output, service, start, end, servers, state;
  double service_factor = 1;  // seconds in a unit of `service`
  /// "time from timestamp, count a step from value"
  std::string text;
};

/// Chooses by the names, in lower case and with _ for blanks. Time: timestamp, window_start_s, time, ts, date, period,
/// submit_time, ..., also with _s, _ms, _us, _ns behind it. Rate: a name that ends in _per_s; counter: in _total, or with
/// --counter; count: value, count, requests, arrivals. Else the rows are requests: input_tokens (prompt_tokens,
/// context_tokens, input_length, request_tokens), output_tokens (...), service time with its unit (duration_ms, ...) or
/// start_time and end_time; a lone column of times is a log of arrivals. The first other column of text names the series.
/// Error (data) where there is no time or nothing to count, or a column of the layout is missing.
Columns choose_columns(const std::string& file, const RowSource& rows, const std::vector<std::string>& first_row,
                       const Layout& layout, const TraceOptions& options);

}  // namespace daybreak::scaling
