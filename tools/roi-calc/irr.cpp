// Every internal rate of return of a file of payments.
#include "libcore/base/error.h"
#include "libcore/finance/flows/internal_rate.h"
#include "libcore/records/return_record.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

class Irr : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("FLOWS", &path_, "CSV of period,amount or date,amount; - is stdin");
    sink.choice("pick", &rule_, {"nearest-zero", "smallest-positive"}, "Which of several rates is selected");
  }

  frame::Outcome run(frame::Session& session) override {
    const finance::CashFlows flows = finance::read_cash_flows(io::read_csv(io::InputFile(session.input(path_))));
    const auto rule = rule_ == "nearest-zero" ? finance::RootRule::nearest_zero : finance::RootRule::smallest_positive;
    const finance::InternalRate rate = finance::internal_rate(flows, {rule});
    session.emit(document(flows, rate), text(rate));
    return rate.selected ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  io::Json document(const finance::CashFlows& flows, const finance::InternalRate& rate) const {
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = flows.dated ? "irr of dates, act/365" : "irr of periods";
    record["inputs"]["payments"] = flows.flows.size();
    record["inputs"]["pick"] = rule_;
    io::Json& result = record["irr"];
    result["irr"] = rate.selected ? io::Json(*rate.selected) : io::Json();
    result["roots"] = io::Json::array();
    for (const double root : rate.roots) result["roots"].push_back(root);
    result["status"] = finance::rate_status_name(rate.status);
    result["sign_changes"] = rate.sign_changes;
    result["norstrom_unique"] = rate.norstrom_unique;
    result["residual"] = rate.selected ? io::Json(rate.residual) : io::Json();
    return record;
  }

  static std::string text(const finance::InternalRate& rate) {
    std::string roots;
    for (const double root : rate.roots) roots += (roots.empty() ? "" : ", ") + frame::percent(root);
    return frame::table({{"internal rate of return", rate.selected ? frame::percent(*rate.selected) : "none"},
                         {"all rates", rate.roots.empty() ? "none" : roots},
                         {"status", std::string(finance::rate_status_name(rate.status))},
                         {"changes of sign", std::to_string(rate.sign_changes)}});
  }

  std::string path_, rule_ = "nearest-zero";
};

}  // namespace

std::unique_ptr<frame::Verb> make_irr() {
  return std::make_unique<Irr>();
}

}  // namespace daybreak::roi_calc
