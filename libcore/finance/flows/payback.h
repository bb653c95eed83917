#pragma once
// When the money is back.
#include <string_view>
#include <vector>

#include "libcore/finance/flows/cash_flows.h"

namespace daybreak::finance {

enum class PaybackStatus {
  at_once,  // nothing was ever owed
  once,     // it comes back and stays
  several,  // it comes back and is lost again, once or more often
  never
};
std::string_view payback_status_name(PaybackStatus status);

struct Payback {
  PaybackStatus status;
  std::vector<double> times;  // each time at which the running sum reaches 0 from below
  bool stays;                 // the last running sum is not below 0
};

/// The running sum of the payments, each discounted by `rate` a period (0: simple payback); between two payments it rises evenly.
/// rate > -1, or Error (usage).
Payback payback(const CashFlows& flows, double rate);

}  // namespace daybreak::finance
