// The coefficients and the kink of the return formula, from past projects.
#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/finance/fit/form_solution.h"
#include "libcore/finance/fit/project_fit.h"
#include "libcore/io/json_optional.h"
#include "libcore/records/return_record.h"
#include "tools/frame/text.h"
#include "tools/roi-calc/fit_formula.h"
#include "tools/roi-calc/verbs.h"

namespace daybreak::roi_calc {
namespace {

using namespace finance;

constexpr double kOutlier = 4;  // scales: among 60 normal errors one in 260 times
constexpr std::size_t kOutliersNamed = 5;

class Fit : public frame::Verb {
 public:
  void declare(OptionSink& sink) override {
    sink.operand("PROJECTS", &path_, "CSV of investment, growth and roi, a past project a line; - is stdin");
    sink.choice("form", &form_, {"literal", "line", "saturating", "log", "constant"}, "Whose coefficients are asked for; all are compared");
    options_.declare(sink);
    sink.group("Columns");
    sink.text("investment-column", &columns_.investment, "NAME", "Money invested, in any unit: the kink comes out in it");
    sink.text("growth-column", &columns_.growth, "NAME", "Traffic growth as a factor");
    sink.text("roi-column", &columns_.roi, "NAME", "Return as a multiple");
    formula_.declare(sink);
  }

  void check() override {
    if (!(options_.confidence > 0 && options_.confidence < 1))
      throw usage_error("--confidence: expected a share between 0 and 1, such as 0.95");
    formula_.check(options_.confidence);
  }

  frame::Outcome run(frame::Session& session) override {
    const io::CsvTable table = io::read_csv(io::InputFile(session.input(path_), &session.stop()));
    if (formula_.asked()) return formula_.run(session, table);
    const Projects projects = read_projects(table, columns_);
    const Form wanted = *std::find_if(kForms.begin(), kForms.end(), [&](Form form) { return form_name(form) == form_; });
    if (const std::string problem = structural_problem(wanted, projects.investment); !problem.empty())
      throw data_error(path_, problem, "add projects, or ask for a simpler form with --form");
    ProjectFit fit = fit_projects(projects, options_);
    leave_out(fit, projects, session.stop());
    const FormFit& chosen = fit.form(wanted);
    const std::vector<std::string> warnings = warnings_about(projects, fit, chosen);
    session.emit(document(projects, fit, chosen, warnings), text(projects, fit, chosen, warnings));
    return chosen.problem.empty() ? frame::Outcome::done : frame::Outcome::negative;
  }

 private:
  static std::vector<std::string> warnings_about(const Projects& projects, const ProjectFit& fit, const FormFit& chosen) {
    std::vector<std::string> warnings = chosen.warnings;
    const auto losses = std::count_if(projects.roi.begin(), projects.roi.end(), [](double roi) { return roi < 0; });
    if (losses > 0) warnings.push_back(std::to_string(losses) + " of the returns are negative: they count as the others do");
    std::vector<std::string> outliers;
    for (std::size_t i = 0; i < chosen.errors.size(); ++i)
      if (std::abs(chosen.errors[i]) > kOutlier * chosen.scale)
        outliers.push_back(projects.places[i] + " (" + frame::number(chosen.errors[i] / chosen.scale) + " scales)");
    if (!outliers.empty() && chosen.scale > 0) {
      const std::size_t more = outliers.size() > kOutliersNamed ? outliers.size() - kOutliersNamed : 0;
      outliers.resize(outliers.size() - more);
      warnings.push_back("far from the form: " + joined(outliers) + (more > 0 ? " and " + std::to_string(more) + " more" : "") +
                         "; --loss huber lets them count less");
    }
    const FormFit* best = fit.best();
    if (best != nullptr && chosen.problem.empty() && best != &chosen)
      warnings.push_back("the form " + std::string(form_name(best->form)) + " describes these projects better: its BIC is lower by " +
                         frame::number(chosen.bic - best->bic));
    return warnings;
  }

  io::Json document(const Projects& projects, const ProjectFit& fit, const FormFit& chosen,
                    const std::vector<std::string>& warnings) const {
    io::Json record;
    record["schema"] = records::kReturnSchema;
    record["method"] = "fit by least " + std::string(options_.robust() ? "Huber loss" : "squares") + " of " + fit.errors + " errors";
    io::Json& inputs = record["inputs"];
    inputs["projects"] = projects.size();
    inputs["investment_column"] = columns_.investment;
    inputs["growth_column"] = columns_.growth;
    inputs["roi_column"] = columns_.roi;
    inputs["confidence"] = options_.confidence;
    io::Json& result = record["fit"];
    result["form"] = form_name(chosen.form);
    result["formula"] = form_formula(chosen.form);
    result["status"] = chosen.problem.empty() ? "ok" : "unidentified";
    result["reason"] = chosen.problem.empty() ? io::Json() : io::Json(chosen.problem);
    result["errors"] = fit.errors;
    result["errors_likelier_by"] = io::or_null(fit.likelier_by);
    result["coefficients"] = chosen.problem.empty() ? coefficients_record(chosen.coefficients) : io::Json();
    result["residual_error"] = chosen.problem.empty() ? io::Json(chosen.residual_error) : io::Json();
    result["degrees_of_freedom"] = projects.size() - coefficient_names(chosen.form).size();
    result["rounds"] = chosen.rounds;
    result["best_form"] = fit.best() == nullptr ? io::Json() : io::Json(form_name(fit.best()->form));
    result["forms"] = io::Json::array();
    for (const FormFit& one : fit.forms) result["forms"].push_back(comparison(one, fit));
    result["warnings"] = io::Json::array(warnings);
    return record;
  }

  static io::Json comparison(const FormFit& fit, const ProjectFit& all) {
    io::Json one;
    one["form"] = form_name(fit.form);
    one["formula"] = form_formula(fit.form);
    const bool fitted = fit.problem.empty();
    one["reason"] = fitted ? io::Json() : io::Json(fit.problem);
    for (const std::string_view name : coefficient_names(fit.form)) {
      const auto at = std::find_if(fit.coefficients.begin(), fit.coefficients.end(), [&](const auto& c) { return c.name == name; });
      one[name] = fitted ? io::Json(at->value) : io::Json();
    }
    one["residual_error"] = fitted ? io::Json(fit.residual_error) : io::Json();
    one["left_out_error"] = io::or_null(fit.left_out_error);
    one["aic"] = fitted ? io::Json(fit.aic) : io::Json();
    one["bic"] = fitted ? io::Json(fit.bic) : io::Json();
    one["bic_over_best"] = fitted ? io::Json(fit.bic - all.best()->bic) : io::Json();
    return one;
  }

  std::string text(const Projects& projects, const ProjectFit& fit, const FormFit& chosen, const std::vector<std::string>& warnings) const {
    const auto shown = [&](double error) { return fit.errors == "relative" ? frame::percent(error) : frame::number(error); };
    std::string out = "roi = " + std::string(form_formula(chosen.form)) + ", from " + std::to_string(projects.size()) + " projects\n";
    if (!chosen.problem.empty()) out += "not determined: " + chosen.problem + "\n";
    else out += coefficients_text(chosen.coefficients, options_.confidence);
    std::vector<std::vector<std::string>> rows{{"form", "error", "error left out", "BIC over best"}};
    for (const FormFit& one : fit.forms) {
      const bool fitted = one.problem.empty();
      rows.push_back({std::string(form_name(one.form)), fitted ? shown(one.residual_error) : "-",
                      one.left_out_error ? shown(*one.left_out_error) : "-", fitted ? frame::number(one.bic - fit.best()->bic) : "-"});
    }
    out += frame::table(rows);
    for (const std::string& warning : warnings) out += "warning: " + warning + "\n";
    return out;
  }

  std::string path_, form_ = "literal";
  ProjectColumns columns_;
  ProjectFitOptions options_;
  FormulaMode formula_;
};

}  // namespace

std::unique_ptr<frame::Verb> make_fit() {
  return std::make_unique<Fit>();
}

}  // namespace daybreak::roi_calc
