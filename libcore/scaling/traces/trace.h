#pragma once
// Traffic over time as work that arrives in slots of equal length.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/io/input_file.h"
#include "libcore/scaling/traces/trace_options.h"

namespace daybreak::scaling {

/// Work that arrives in each slot, and what is known of where it comes from.
struct Trace {
  double slot_s = 60;
  std::vector<double> arrivals;  // units of work (requests, tokens, ...) in each slot
  double peak_rate = 0;          // the highest rate of any slot, units per second
  double peak_to_mean = 0;       // that over the mean rate of all slots; 0 where there is no load
  std::uint64_t rows = 0;
  double start_s = 0;            // of the first slot: seconds since 1970, or of the trace's own clock
  double span_s = 0;
  std::uint64_t gaps = 0;        // steps of more than one and a half times the usual one
  std::uint64_t zero_runs = 0;   // sudden stretches without load between busy ones, as in outages
  std::uint64_t duplicates = 0;  // requests that equal the one before; they count
  std::string format;            // the layout, as --trace-format spells it
  std::string columns;           // how the file was understood, for the user
  std::string resample = "step"; // linear only where windows are longer than a slot and linear was asked for
  std::vector<std::string> warnings;
};

/// Reads a trace of any layout. Requests are counted into slots as they stream, so that memory grows with the slots alone;
/// windows (16 bytes a row) are cut into slots as resample() says. Errors: (usage) for a slot that is not above 0 or so short
/// that there would be more than 50 million, or work that the trace does not tell; (data) with the line, as the readers say.
Trace read_trace(const io::InputFile& file, const TraceOptions& options);

}  // namespace daybreak::scaling
