#pragma once
// Payments out of a list or a literal text.
#include <initializer_list>
#include <string>

#include "libcore/finance/flows/cash_flows.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

namespace daybreak::finance {

/// One payment a period, from period 0.
inline CashFlows periodic(const std::vector<double>& amounts) {
  CashFlows flows;
  for (std::size_t i = 0; i < amounts.size(); ++i) flows.flows.push_back({static_cast<double>(i), amounts[i]});
  return flows;
}

inline CashFlows flows_of_text(const std::string& text, const FlowReading& reading = {}) {
  const test_support::ScratchFolder folder;
  return read_cash_flows(io::InputFile(folder.file("flows.csv", text)), reading);
}

}  // namespace daybreak::finance
