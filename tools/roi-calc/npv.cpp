// The net present value of a file of payments.
#include "libcore/base/error.h"
#include "libcore/finance/flows/present_value.h"
#include "libcore/io/json_optional.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/flows_input.h"
#include "tools/roi-calc/named_values.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

class Npv : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    input_.declare(sink);
    sink.real("rate", &rate_, "RATE", "Discount rate a period, or a year for dates: 0.08 is 8 %");
    sink.real("inflation", &inflation_, "RATE", "Payments are in today's money, and prices rise by RATE a period");
    sink.choice("npv", &convention_, {"textbook", "excel"}, "excel: the first payment is discounted too");
    values_.declare(sink, "rate or inflation");
  }

  frame::Outcome run(frame::Session& session) override {
    values_.assign({{"rate", &rate_}, {"inflation", &inflation_}});
    if (!rate_) throw usage_error("--rate is missing", "give it as a fraction, such as --rate 0.08");
    const double rate = inflation_ ? finance::real_rate(*rate_, *inflation_) : *rate_;
    const finance::CashFlows flows = input_.read(session);
    const auto convention = convention_ == "excel" ? finance::NpvConvention::excel : finance::NpvConvention::textbook;
    const double value = finance::net_present_value(flows, rate, convention);
    const finance::PresentValues parts = finance::present_values(flows, rate, convention);
    const std::optional<double> annual = finance::equivalent_annual_value(flows, rate, value);
    io::Json record = input_.record("npv", flows);
    record["inputs"]["rate"] = *rate_;
    record["inputs"]["inflation"] = io::or_null(inflation_);
    record["inputs"]["convention"] = convention_;
    io::Json& result = record["npv"];
    result["npv"] = value;
    result["real_rate"] = inflation_ ? io::Json(rate) : io::Json();
    result["present_value_of_inflows"] = parts.inflows;
    result["present_value_of_outflows"] = parts.outflows;
    result["profitability_index"] = parts.outflows > 0 ? io::Json(parts.inflows / parts.outflows) : io::Json();
    result["equivalent_annual_value"] = io::or_null(annual);
    session.emit(
        record, frame::table({{"net present value", frame::number(value)},
                              {"at a rate of", frame::percent(rate)},
                              {"inflows over outflows", parts.outflows > 0 ? frame::number(parts.inflows / parts.outflows) : "no outflows"},
                              {"the same in equal payments", annual ? frame::number(*annual) : "none: all is at time 0"}}));
    return frame::Outcome::done;
  }

 private:
  FlowsInput input_;
  std::string convention_ = "textbook";
  std::optional<double> rate_, inflation_;
  NamedValues values_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_npv() {
  return std::make_unique<Npv>();
}

}  // namespace daybreak::roi_calc
