#pragma once
// Series of payments, periodic or dated, and what they are worth today.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/csv.h"

namespace daybreak::finance {

/// One payment: negative is money spent. `time` is in periods, or in years of 365 days from the first date.
struct CashFlow {
  double time;
  double amount;
};

struct CashFlows {
  std::vector<CashFlow> flows;  // by time; payments at the same time are added up
  bool dated = false;
};

/// Columns `period,amount` or `date,amount` (ISO dates, YYYY-MM-DD); more columns are ignored. Without a header the first
/// column is the period or, where it holds dates, the date. Error (data) names the line. Times need not be ordered.
CashFlows read_cash_flows(const io::CsvTable& table);

/// Days since 1970-01-01 of a date of the Gregorian calendar, or nothing for no such date.
std::optional<std::int64_t> days_of(const std::string& iso_date);

enum class NpvConvention {
  textbook,  // a payment at time 0 is not discounted
  excel,     // every payment is discounted by one period more, as spreadsheets do in NPV()
};

/// Sum of amount / (1 + rate)^time with compensated summation. rate > -1; Error (usage) otherwise.
double net_present_value(const CashFlows& flows, double rate, NpvConvention convention = NpvConvention::textbook);

}  // namespace daybreak::finance
