// When the money of a file of payments is back.
#include "libcore/finance/flows/payback.h"

#include "libcore/io/json_optional.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/flows_input.h"
#include "tools/roi-calc/named_values.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

class PaybackVerb : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    input_.declare(sink);
    sink.real("rate", &rate_, "RATE", "Discount payments by RATE a period, or a year for dates, for the discounted payback too");
    values_.declare(sink, "rate");
  }

  frame::Outcome run(frame::Session& session) override {
    values_.assign({{"rate", &rate_}});
    const finance::CashFlows flows = input_.read(session);
    io::Json record = input_.record("payback", flows);
    record["inputs"]["rate"] = io::or_null(rate_);
    record["inputs"]["time_unit"] = FlowsInput::time_unit(flows);
    std::vector<std::vector<std::string>> rows;
    const bool simple = report(record, rows, "simple", flows, 0);
    const bool discounted = !rate_ || report(record, rows, "discounted", flows, *rate_);
    session.emit(record, frame::table(rows));
    return simple && discounted ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  /// True where the money is back in the end.
  static bool report(io::Json& record, std::vector<std::vector<std::string>>& rows, const char* name, const finance::CashFlows& flows,
                     double rate) {
    const finance::Payback payback = finance::payback(flows, rate);
    io::Json& result = record["payback"][name];
    result["status"] = finance::payback_status_name(payback.status);
    const bool at_once = payback.status == finance::PaybackStatus::at_once;
    // The time from which on it stays back.
    std::optional<double> time;
    if (payback.stays) time = at_once ? 0 : payback.times.back();
    result["payback"] = io::or_null(time);
    result["times"] = io::Json::array(payback.times);
    std::string text = time ? frame::number(*time) + " " + FlowsInput::time_unit(flows) : "never";
    if (payback.status == finance::PaybackStatus::several)
      text += "; the money was back " + std::to_string(payback.times.size()) + (payback.times.size() == 1 ? " time" : " times") + " in all";
    rows.push_back({std::string(name) + " payback", text});
    return payback.stays;
  }

  FlowsInput input_;
  std::optional<double> rate_;
  NamedValues values_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_payback() {
  return std::make_unique<PaybackVerb>();
}

}  // namespace daybreak::roi_calc
