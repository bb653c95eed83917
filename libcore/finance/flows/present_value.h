#pragma once
// What payments are worth today, and figures that follow from it.
#include <optional>

#include "libcore/finance/flows/cash_flows.h"

namespace daybreak::finance {

enum class NpvConvention {
  textbook,  // a payment at time 0 is not discounted
  excel,     // every payment is discounted by one period more, as spreadsheets do in NPV()
};

/// Sum of amount / (1 + rate)^time with compensated summation. rate > -1; Error (usage) otherwise, Error (data) where the sum
/// is beyond a double.
double net_present_value(const CashFlows& flows, double rate, NpvConvention convention = NpvConvention::textbook);

/// The same of what comes in and what goes out, apart.
struct PresentValues {
  double inflows, outflows;  // both at least 0
};
PresentValues present_values(const CashFlows& flows, double rate, NpvConvention convention = NpvConvention::textbook);

/// Capital recovery factor: the equal payments at the ends of `periods` periods that are worth 1 today,
/// rate / (1 - (1 + rate)^-periods); 1 / periods at rate 0. periods > 0, rate > -1, or Error (usage).
double capital_recovery_factor(double rate, double periods);

/// The equal payment at the end of each period until the last payment that is worth as much; nothing where all is at time 0.
std::optional<double> equivalent_annual_value(const CashFlows& flows, double rate, double net_present_value);

/// Fisher: (1 + nominal) / (1 + inflation) - 1. Both above -1, or Error (usage).
double real_rate(double nominal, double inflation);

}  // namespace daybreak::finance
