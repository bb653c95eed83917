#include "tools/roi-calc/flows_input.h"

#include "libcore/io/input_file.h"
#include "libcore/records/return_record.h"

namespace daybreak::roi_calc {

void FlowsInput::declare(OptionSink& sink) {
  sink.operand("FLOWS", &path_, "CSV of period,amount or date,amount; - is stdin");
  reading_.declare(sink);
}

finance::CashFlows FlowsInput::read(frame::Session& session) const {
  return finance::read_cash_flows(io::InputFile(session.input(path_), &session.stop()), reading_);
}

io::Json FlowsInput::record(const std::string& verb, const finance::CashFlows& flows) const {
  io::Json record;
  record["schema"] = records::kReturnSchema;
  record["method"] = verb + (flows.dated ? " of dates, " + reading_.day_count : " of periods") +
                     (!flows.dated && reading_.timing == "mid" ? ", in their middle" : "");
  io::Json& inputs = record["inputs"];
  inputs["payments"] = flows.flows.size();
  if (!flows.currency.empty()) inputs["currency"] = flows.currency;
  if (!flows.unit.empty()) inputs["unit"] = flows.unit;
  return record;
}

}  // namespace daybreak::roi_calc
