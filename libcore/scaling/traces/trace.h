#pragma once
// Traffic over time as a piecewise constant rate of work.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/csv.h"

namespace daybreak::scaling {

/// Work that arrives in each slot of equal length.
struct Trace {
  double slot_s = 60;
  std::vector<double> arrivals;  // units of work (requests, tokens, ...) in each slot
  double peak_rate = 0;          // the highest rate of any slot, units per second
  std::uint64_t rows = 0;
  double span_s = 0;
  std::uint64_t gaps = 0;        // steps of more than one and a half times the usual one; the last rate holds over them
  std::string columns;           // how the file was understood, for the user
};

struct TraceOptions {
  std::string path;
  std::optional<std::string> series;  // where the file has several: the value of its text column
  double slot_s = 60;
};

/// Reads a CSV of a time column (timestamp, window_start_s, period, time, ts: ISO 8601, or a number of seconds or of
/// milliseconds) and a value column: a rate where its name ends in _per_s, else a count for the step that begins there.
/// Times must increase. Error (data) with the line for others, for negative and for non-finite values.
Trace read_trace(const io::CsvTable& table, const TraceOptions& options);

/// Seconds since 1970 of "2014-04-10 00:04:00", "2014-04-10T00:04:00.5Z" or a number; milli- and microseconds are told by
/// their size. Nothing for another text.
std::optional<double> parse_timestamp(const std::string& text);

}  // namespace daybreak::scaling
