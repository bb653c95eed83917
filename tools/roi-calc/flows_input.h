#pragma once
// The operand FLOWS of several verbs: a file of payments, how it is read, and what a record says about it.
#include <string>

#include "libcore/base/options.h"
#include "libcore/finance/flows/cash_flows.h"
#include "libcore/io/json.h"
#include "tools/frame/tool.h"

namespace daybreak::roi_calc {

class FlowsInput {
 public:
  void declare(OptionSink& sink);
  finance::CashFlows read(frame::Session& session) const;
  /// A record with schema, method ("irr of periods", "irr of dates, act/365") and what is known of the payments in "inputs".
  io::Json record(const std::string& verb, const finance::CashFlows& flows) const;
  /// "years" or "periods".
  static std::string time_unit(const finance::CashFlows& flows) { return flows.dated ? "years" : "periods"; }

 private:
  std::string path_;
  finance::FlowReading reading_;
};

}  // namespace daybreak::roi_calc
