#pragma once
// Series of payments, periodic or dated.
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/finance/flows/calendar.h"
#include "libcore/io/input_file.h"

namespace daybreak::finance {

/// One payment: negative is money spent. `time` is in periods, or in years from the first date.
struct CashFlow {
  double time;
  double amount;
};

struct CashFlows {
  std::vector<CashFlow> flows;  // by time; payments at the same time are added up
  bool dated = false;
  std::string currency = {}, unit = {};  // what the columns of these names say, or nothing
};

/// How a file of payments is read.
struct FlowReading {
  std::string day_count = "act/365";  // of dates
  std::string timing = "end";         // of periods; mid: a payment of period 3 comes at 2.5, one of period 0 at once
  void declare(OptionSink& sink);
};

/// Columns `period,amount` or `date,amount` (ISO dates, YYYY-MM-DD); `currency` and `unit` must say the same in all rows; more
/// columns are ignored. Without a header the first column is the period or, where it holds dates, the date. Times need not be
/// ordered. Error (data) names the line; Error (usage) where the timing is mid and there are dates.
CashFlows read_cash_flows(const io::InputFile& file, const FlowReading& reading = {});

/// Sorts by time and adds up what is paid at the same time.
void add_up_equal_times(std::vector<CashFlow>& flows);

}  // namespace daybreak::finance
