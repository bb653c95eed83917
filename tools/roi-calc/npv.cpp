// The net present value of a file of payments.
#include "libcore/base/error.h"
#include "libcore/finance/flows/cash_flows.h"
#include "libcore/records/return_record.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/named_values.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

class Npv : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("FLOWS", &path_, "CSV of period,amount or date,amount; - is stdin");
    sink.real("rate", &rate_, "RATE", "Discount rate a period, or a year for dates: 0.08 is 8 %");
    sink.choice("npv", &convention_, {"textbook", "excel"}, "excel: the first payment is discounted too");
    values_.declare(sink, "rate");
  }

  frame::Outcome run(frame::Session& session) override {
    values_.assign({{"rate", &rate_}});
    if (!rate_) throw usage_error("--rate is missing", "give it as a fraction, such as --rate 0.08");
    const finance::CashFlows flows = finance::read_cash_flows(io::read_csv(io::InputFile(session.input(path_), &session.stop())));
    const auto convention = convention_ == "excel" ? finance::NpvConvention::excel : finance::NpvConvention::textbook;
    const double value = finance::net_present_value(flows, *rate_, convention);
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = flows.dated ? "npv of dates, act/365" : "npv of periods";
    record["inputs"]["rate"] = *rate_;
    record["inputs"]["convention"] = convention_;
    record["inputs"]["payments"] = flows.flows.size();
    record["npv"]["npv"] = value;
    session.emit(record, frame::table({{"net present value", frame::number(value)}, {"at a rate of", frame::percent(*rate_)}}));
    return frame::Outcome::done;
  }

 private:
  std::string path_, convention_ = "textbook";
  std::optional<double> rate_;
  NamedValues values_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_npv() {
  return std::make_unique<Npv>();
}

}  // namespace daybreak::roi_calc
