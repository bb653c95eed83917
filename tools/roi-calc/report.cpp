// What a model of a project comes to, for someone who was not there when it was made.
#include <cmath>
#include <map>

#include "libcore/base/error.h"
#include "libcore/finance/chance/tornado.h"
#include "libcore/finance/flows/internal_rate.h"
#include "libcore/finance/flows/payback.h"
#include "libcore/finance/flows/present_value.h"
#include "libcore/io/json_optional.h"
#include "libcore/records/return_record.h"
#include "tools/frame/gnuplot.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/chances.h"
#include "tools/roi-calc/return_plots.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

using namespace finance;

/// A figure of the report, and how it came about.
struct Figure {
  std::string name, key;
  std::optional<double> value;
  std::string unit, source;
  std::string why_not;  // where there is no value
};

class Report : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    model_.declare(sink);
    sink.count("cases", &options_.cases, "N", "Cases of each of 16 replicates, a power of two, where inputs are uncertain",
               OptionSink::Range{2, 1 << 22});
    sink.file("plot", &plot_, "Draw payments, inputs and chances into FILE", "FILE.svg|png");
  }

  void check() override {
    options_.check();
    if (plot_) frame::check_plot(*plot_);
  }

  frame::Outcome run(frame::Session& session) override {
    const Model model = model_.read(session);
    const std::vector<double> row = model.means();
    const std::vector<ModelPayment> payments = model.payments(row);
    std::vector<Figure> figures = figures_of(model, row, payments);
    const bool uncertain = !uncertain_inputs(distributions_of(model)).empty();
    std::optional<MonteCarloResult> chance;
    if (uncertain) chance = simulate(model, session);
    warn(figures, session.log());
    session.emit(document(model, payments, figures, chance, session.seed()), text(model, payments, figures, chance));
    if (plot_) draw(model, row, payments, chance, session);
    const bool whole = figures[0].value && (!chance || chance->undefined == 0);
    return whole ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  /// Figures that lack a value for the same reason are told together.
  static void warn(const std::vector<Figure>& figures, LogSink& log) {
    std::map<std::string, std::string> names;
    for (const Figure& figure : figures)
      if (!figure.value) names[figure.why_not] += (names[figure.why_not].empty() ? "" : ", ") + figure.name;
    for (const auto& [why, which] : names) log.warning("no " + which + ": " + why);
  }

  MonteCarloResult simulate(const Model& model, frame::Session& session) const {
    const CaseSource source = cases_of(model, model_.path(), options_, session.seed());
    return monte_carlo(source, model.evaluation("npv"), options_, static_cast<unsigned>(session.threads()), session.stop());
  }

  /// npv first, then what follows from the same payments, then the model's own expressions.
  std::vector<Figure> figures_of(const Model& model, const std::vector<double>& row, const std::vector<ModelPayment>& payments) const {
    std::vector<Figure> figures;
    for (const ModelOutput& output : model.outputs()) {
      const double value = model.value(output.name, row);
      const std::string why = std::isfinite(value) ? "" : model.why_not(output.name, row);
      figures.push_back(
          {output.name, output.name, std::isfinite(value) ? std::optional(value) : std::nullopt, output.unit, source_of(output.name), why});
    }
    if (figures[0].value) add_ratios(model, row, payments, figures);
    return figures;
  }

  static std::string source_of(const std::string& output) {
    if (output == "npv") return "payments below, discounted by discount_rate a year";
    if (output == "irr") return "the rate at which npv is 0, nearest to 0 where there are several";
    if (output == "payback") return "the running sum of the payments, which come evenly";
    if (output == "discounted_payback") return "the same of discounted payments";
    return "formula above";
  }

  static void add_ratios(const Model& model, const std::vector<double>& row, const std::vector<ModelPayment>& payments,
                         std::vector<Figure>& figures) {
    CashFlows flows;
    for (const ModelPayment& payment : payments) flows.flows.push_back({payment.time, payment.amount});
    add_up_equal_times(flows.flows);
    const double rate = row.back() * model.inputs().back().scale;
    const PresentValues values = present_values(flows, rate);
    const std::optional<double> index = values.outflows > 0 ? std::optional(values.inflows / values.outflows) : std::nullopt;
    const auto annual = equivalent_annual_value(flows, rate, *figures[0].value);
    const std::vector<Figure> more{
        {"profitability index", "profitability_index", index, "", "present value of what comes in over what goes out", "nothing is spent"},
        {"equivalent annual value", "equivalent_annual_value", annual, model.money_unit() + "/year",
         "equal payments until the last one that are worth npv", "all is paid at once"}};
    figures.insert(figures.begin() + 4, more.begin(), more.end());
  }

  io::Json document(const Model& model, const std::vector<ModelPayment>& payments, const std::vector<Figure>& figures,
                    const std::optional<MonteCarloResult>& chance, std::uint64_t seed) const {
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = "report of a model";
    io::Json& inputs = record["inputs"];
    inputs["model"] = model_.path();
    inputs["title"] = model.title();
    inputs["money_unit"] = model.money_unit();
    inputs["horizon_years"] = model.horizon();
    inputs["assumptions"] = assumptions_record(model);
    inputs["correlations"] = correlations_record(model);
    inputs["warnings"] = io::Json::array(model.warnings());
    for (const ModelFormula& formula : model.formulas()) {
      io::Json one;
      one["name"] = formula.name;
      one["expression"] = formula.expression;
      inputs["formulas"].push_back(std::move(one));
    }
    io::Json& report = record["report"];
    for (const Figure& figure : figures) {
      io::Json& one = report["figures"][figure.key];
      one["value"] = io::or_null(figure.value);
      one["unit"] = figure.unit;
      one["source"] = figure.source;
      if (!figure.value) one["reason"] = figure.why_not;
    }
    for (const ModelPayment& payment : payments) {
      io::Json one;
      one["name"] = payment.name;
      one["year"] = payment.time;
      one["amount"] = payment.amount;
      report["payments"].push_back(std::move(one));
    }
    if (chance) report["chance"] = chance_record(*chance, seed);
    return record;
  }

  io::Json chance_record(const MonteCarloResult& chance, std::uint64_t seed) const {
    io::Json record;
    record["cases"] = chance.results.size();
    record["seed"] = seed;
    record["undefined"] = chance.undefined;
    for (const auto& [name, estimate] : named_estimates(chance)) record[name] = estimate_record(estimate);
    return record;
  }

  std::string text(const Model& model, const std::vector<ModelPayment>& payments, const std::vector<Figure>& figures,
                   const std::optional<MonteCarloResult>& chance) const {
    std::string out = (model.title().empty() ? "Return of a project" : model.title()) + "\n" + model_.path() + ", in " +
                      model.money_unit() + ", over " + frame::number(model.horizon()) + " years\n\nAssumptions\n" + assumptions_text(model);
    for (const RankCorrelation& pair : model.correlations())
      out += "rank correlation of " + model.inputs()[pair.first].name + " and " + model.inputs()[pair.second].name + ": " +
             frame::number(pair.value) + "\n";
    for (const std::string& warning : model.warnings()) out += "note: " + warning + "\n";
    out += "\nFormulas\n" + formulas_text(model) + "\nPayments, all inputs at their means\n" + payments_text(payments) +
           "\nResults, all inputs at their means\n";
    std::vector<std::vector<std::string>> rows;
    for (const Figure& figure : figures) {
      const std::string value = !figure.value ? "none" : figure.key == "irr" ? frame::percent(*figure.value) : frame::number(*figure.value);
      rows.push_back({figure.name, value, figure.key == "irr" ? "a year" : figure.unit, figure.value ? figure.source : figure.why_not});
    }
    out += frame::table(rows);
    return out + (chance ? chance_text(model, *chance) : "No input is uncertain: nothing is said about risk.\n");
  }

  static std::string formulas_text(const Model& model) {
    std::vector<std::vector<std::string>> rows;
    for (const ModelFormula& formula : model.formulas()) rows.push_back({formula.name, "= " + formula.expression});
    return frame::table(rows);
  }

  static std::string payments_text(const std::vector<ModelPayment>& payments) {
    std::vector<std::vector<std::string>> rows{{"year", "amount", "payment"}};
    constexpr std::size_t kMost = 40;
    for (const ModelPayment& payment : payments) {
      if (rows.size() > kMost) break;
      rows.push_back({frame::number(payment.time), frame::number(payment.amount), payment.name});
    }
    std::string text = frame::table(rows);
    if (payments.size() > kMost) text += "and " + std::to_string(payments.size() - kMost) + " more, all in the record\n";
    return text;
  }

  static std::string chance_text(const Model& model, const MonteCarloResult& chance) {
    std::string text = "\nChances, by " + std::to_string(chance.results.size()) + " cases of the uncertain inputs\n" +
                       estimates_text("npv (" + model.money_unit() + ")", named_estimates(chance));
    if (chance.undefined > 0) text += std::to_string(chance.undefined) + " cases have no npv, so that there are no figures of all\n";
    return text;
  }

  void draw(const Model& model, const std::vector<double>& row, const std::vector<ModelPayment>& payments,
            const std::optional<MonteCarloResult>& chance, frame::Session& session) const {
    const double rate = row.back() * model.inputs().back().scale, base = model.value("npv", row);
    if (!std::isfinite(base)) throw data_error(model_.path(), "there is no npv to draw: " + model.why_not("npv", row));
    const auto inputs = distributions_of(model);
    const auto bars = tornado(inputs, model.evaluation("npv"), InputRange::parse(chance ? "p10:p90" : "10%"));
    std::vector<Panel> panels{waterfall_panel(payments, rate, model.money_unit()), tornado_panel(model, bars, base, "npv")};
    if (chance) panels.push_back(distribution_panel(chance->results, "npv", model.money_unit()));
    draw_panels(panels, *plot_, session.side_file(*plot_));
  }

  ModelFile model_;
  MonteCarloOptions options_;
  std::optional<std::string> plot_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_report() {
  return std::make_unique<Report>();
}

}  // namespace daybreak::roi_calc
