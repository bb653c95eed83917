// The modified internal rate of return of a file of payments.
#include "libcore/base/error.h"
#include "libcore/finance/flows/modified_rate.h"
#include "libcore/io/json_optional.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/flows_input.h"
#include "tools/roi-calc/named_values.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

class Mirr : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    input_.declare(sink);
    sink.real("finance-rate", &finance_rate_, "RATE", "What the money that goes out costs: 0.1 is 10 %");
    sink.real("reinvest-rate", &reinvest_rate_, "RATE", "What the money that comes in earns until the end");
    values_.declare(sink, "finance-rate or reinvest-rate");
  }

  frame::Outcome run(frame::Session& session) override {
    values_.assign({{"finance-rate", &finance_rate_}, {"reinvest-rate", &reinvest_rate_}});
    if (!finance_rate_) throw usage_error("--finance-rate is missing", "give it as a fraction, such as --finance-rate 0.1");
    if (!reinvest_rate_) throw usage_error("--reinvest-rate is missing", "give it as a fraction, such as --reinvest-rate 0.12");
    const finance::CashFlows flows = input_.read(session);
    const std::optional<double> rate = finance::modified_rate(flows, *finance_rate_, *reinvest_rate_);
    io::Json record = input_.record("mirr", flows);
    record["inputs"]["finance_rate"] = *finance_rate_;
    record["inputs"]["reinvest_rate"] = *reinvest_rate_;
    record["mirr"]["mirr"] = io::or_null(rate);
    const std::string why = "it takes inflows, outflows, and time between them";
    if (!rate) record["mirr"]["reason"] = why;
    session.emit(record, frame::table({{"modified internal rate of return", rate ? frame::percent(*rate) : "none: " + why}}));
    return rate ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  FlowsInput input_;
  std::optional<double> finance_rate_, reinvest_rate_;
  NamedValues values_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_mirr() {
  return std::make_unique<Mirr>();
}

}  // namespace daybreak::roi_calc
