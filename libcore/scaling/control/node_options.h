#pragma once
// What a replay and a live controller are both told of nodes and time, in the same words.
#include <optional>
#include <string_view>

#include "libcore/base/options.h"

namespace daybreak::scaling {

struct NodeOptions {
  std::optional<double> service_rate;        // units of work a second and node
  double start_delay_s = 300;                // from request to ready
  double start_cost_min = 5;                 // charge for a start, in minutes of its node's price
  double band_low = 0.85, band_high = 0.92;  // utilization
  void declare(OptionSink& sink);
};

/// --band LO:HI into two shares. Error (usage) for another form, and unless the lower one comes first.
void declare_band(OptionSink& sink, double* low, double* high, std::string_view help);
/// --slot, the time between two decisions.
void declare_slot(OptionSink& sink, double* slot_s);

}  // namespace daybreak::scaling
