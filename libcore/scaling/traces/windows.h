#pragma once
// Traffic as rates over windows of time, before it is cut into slots.
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libcore/io/input_file.h"
#include "libcore/scaling/traces/columns.h"

namespace daybreak::scaling {

/// A rate that begins at a time and holds until the next window begins.
struct Window {
  double begin_s, rate;  // units a second
};

/// Contiguous windows, and what was met on the way to them. 16 bytes a row are kept.
struct Windows {
  std::vector<Window> windows;
  double end_s = 0, step_s = 0;  // of the last window; the usual length (of two middle ones the shorter)
  std::uint64_t rows = 0, gaps = 0, zero_runs = 0;
  std::string columns;           // how the rows were understood
  std::vector<std::string> warnings;
};

/// Samples as they stand in a file, times increasing.
struct Samples {
  std::vector<Window> rows;      // the value is a rate, a count of its step or a counter
  RowKind kind = RowKind::rate;  // never request
  std::string name, columns;
  std::vector<std::string> warnings;
};

/// Turns samples into windows: a count belongs to the usual step, also where the next row is late; a counter's increase is
/// spread between its samples, a fall is a reset from which it counts anew. Steps of more than one and a half times the
/// usual one are gaps. Runs of windows without load between busy windows (at least 20 units and a quarter of the median of
/// those with load, on both sides) are taken for outages. outage: hold lets the rate before them hold over gaps and
/// outages, zero takes them as no load; a counter knows what went on in a gap. Error (data) for fewer than two windows.
Windows windows_of(Samples samples, const std::string& outage);

/// Reads the rows of CSV or JSON Lines one after the other. Error (data) with the line: times that are none, stand twice or
/// go back, values that are not finite or negative; Error (usage) where the trace holds several series and none is chosen.
Samples read_samples(const std::string& file, RowSource& rows, const std::vector<std::string>& first_row, const Columns& columns,
                     const TraceOptions& options);

/// The one series of a Prometheus query_range answer that --series and --series-match leave: rates, or a counter where its
/// name ends in _total or _count, or --counter. NaN means that there is no sample. Error (data) for an answer with an error,
/// no or another result than a matrix, a histogram, infinite and negative values; (usage) for several series.
Samples read_prometheus(const io::InputFile& file, const TraceOptions& options);

/// Runs of windows [first, last) without load that look like outages, as windows_of() says; loads in units a window.
std::vector<std::pair<std::size_t, std::size_t>> outages(const std::vector<double>& loads);

/// What the user is told of them.
std::string zero_run_warning(std::uint64_t runs, double total_s, bool zero);

/// Work in each of `slots` slots of `slot_s` from the first window on. linear: the rate runs straight from the middle of a
/// window to that of the next, and level before the first, after the last and within gaps; it keeps the work of the whole
/// trace where windows are equally long, and gives each window an eighth of its neighbors' and three quarters of its own.
/// step: each window's rate holds throughout, and each window keeps its work.
std::vector<double> resample(const Windows& windows, double slot_s, std::size_t slots, bool linear);

}  // namespace daybreak::scaling
