// Every internal rate of return of a file of payments.
#include <cmath>

#include "libcore/finance/flows/internal_rate.h"
#include "libcore/io/json_optional.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/flows_input.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

constexpr double kIllConditioned = 1e6;  // a change of the payments in their tenth digit shows in the fourth of the rate

finance::RootRule rule_of(const std::string& name) {
  if (name == "nearest-zero") return finance::RootRule::nearest_zero;
  if (name == "smallest-positive") return finance::RootRule::smallest_positive;
  return name == "excel" ? finance::RootRule::excel : finance::RootRule::npf;
}

class Irr : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    input_.declare(sink);
    sink.choice("pick", &rule_, {"nearest-zero", "smallest-positive", "excel", "npf"}, "Which of several rates is selected");
    sink.real("guess", &choice_.guess, "RATE", "Where the search of --pick excel begins", OptionSink::Range{-0.999, 1e6});
  }

  frame::Outcome run(frame::Session& session) override {
    choice_.rule = rule_of(rule_);
    const finance::CashFlows flows = input_.read(session);
    const finance::InternalRate rate = finance::internal_rate(flows, choice_);
    io::Json record = document(flows, rate);
    add_warnings(record, rate);
    session.emit(record, text(rate));
    return rate.selected ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  io::Json document(const finance::CashFlows& flows, const finance::InternalRate& rate) const {
    io::Json record = input_.record("irr", flows);
    record["inputs"]["pick"] = rule_;
    if (rule_ == "excel") record["inputs"]["guess"] = choice_.guess;
    io::Json& result = record["irr"];
    result["irr"] = io::or_null(rate.selected);
    result["roots"] = io::Json::array(rate.roots);
    result["growth_factors"] = io::Json::array(rate.factors);
    result["conditions"] = io::Json::array(rate.conditions);  // an infinite one becomes null
    result["status"] = finance::rate_status_name(rate.status);
    result["sign_changes"] = rate.sign_changes;
    result["norstrom_unique"] = rate.norstrom_unique;
    result["count_proved"] = rate.count_proved;
    result["residual"] = rate.selected ? io::Json(rate.residual) : io::Json();
    return record;
  }

  static void add_warnings(io::Json& record, const finance::InternalRate& rate) {
    io::Json& warnings = record["irr"]["warnings"] = io::Json::array();
    if (!rate.count_proved)
      warnings.push_back(
          "a rate counts once where the value comes so near zero that rounding hides whether it crosses it twice or not at all");
    if (rate.beyond_double > 0) warnings.push_back(std::to_string(rate.beyond_double) + " more rates are above 1.8e308");
    if (rate.status == finance::RateStatus::multiple)
      warnings.push_back("several rates solve the equation, so none of them alone ranks the project; use npv");
    for (std::size_t i = 0; i < rate.roots.size(); ++i) {
      if (rate.roots[i] == -1) warnings.push_back("a rate is nearer to -1 than a double tells, and stands as -1; see growth_factors");
      if (!std::isfinite(rate.conditions[i]))
        warnings.push_back("the rate " + frame::number(rate.roots[i]) + " is a multiple root: the value touches zero there");
      else if (rate.conditions[i] > kIllConditioned * (1 + std::abs(rate.roots[i])))
        warnings.push_back("the rate " + frame::number(rate.roots[i]) +
                           " is ill-conditioned: payments that differ by 1e-10 of themselves move it by up to " +
                           frame::number(1e-10 * rate.conditions[i]));
    }
  }

  static std::string text(const finance::InternalRate& rate) {
    std::string roots;
    for (const double root : rate.roots) roots += (roots.empty() ? "" : ", ") + frame::percent(root);
    return frame::table({{"internal rate of return", rate.selected ? frame::percent(*rate.selected) : "none"},
                         {"all rates", rate.roots.empty() ? "none" : roots},
                         {"status", std::string(finance::rate_status_name(rate.status))},
                         {"changes of sign", std::to_string(rate.sign_changes)}});
  }

  FlowsInput input_;
  finance::RootChoice choice_;
  std::string rule_ = "nearest-zero";
};

}  // namespace

std::unique_ptr<frame::Verb> make_irr() {
  return std::make_unique<Irr>();
}

}  // namespace daybreak::roi_calc
