#pragma once
// The modified internal rate of return: one answer where internal rates are several or none.
#include <optional>

#include "libcore/finance/flows/cash_flows.h"

namespace daybreak::finance {

/// (-FV(inflows, reinvest_rate) / PV(outflows, finance_rate))^(1 / horizon) - 1 over the time of the last payment (Lin 1976); nothing
/// where there are no inflows, no outflows or no time. Both rates above -1, or Error (usage).
std::optional<double> modified_rate(const CashFlows& flows, double finance_rate, double reinvest_rate);

}  // namespace daybreak::finance
