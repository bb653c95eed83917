#include "tools/roi-calc/fit_formula.h"

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/io/json_optional.h"
#include "libcore/records/return_record.h"
#include "tools/frame/text.h"

namespace daybreak::roi_calc {

using namespace finance;

void FormulaMode::declare(OptionSink& sink) {
  sink.group("Another formula");
  sink.text("formula", &formula_, "EXPRESSION", "Fit this formula of the columns instead");
  sink.text("of", &response_, "EXPRESSION", "What the formula describes: a column, or an expression of columns");
  sink.list("start", &start_, "NAME=VALUE", "A coefficient of the formula, and where its search begins");
}

void FormulaMode::check(double confidence) {
  if (!formula_ && !response_ && start_.empty()) return;
  if (!formula_) throw usage_error("--formula is missing: --of and --start belong to it");
  if (!response_) throw usage_error("--of is missing", "name the column that the formula describes");
  if (start_.empty()) throw usage_error("--start is missing", "name each coefficient of the formula, such as --start b1=500");
  request_ = FormulaRequest{*formula_, *response_, {}, confidence};
  for (const std::string& text : start_) {
    const auto equals = text.find('=');
    const auto value = equals == std::string::npos ? std::nullopt : try_parse_real(std::string_view(text).substr(equals + 1));
    if (equals == 0 || !value) throw usage_error("--start: expected NAME=NUMBER, found '" + text + "'");
    request_->start.emplace_back(text.substr(0, equals), *value);
  }
}

frame::Outcome FormulaMode::run(frame::Session& session, const io::CsvTable& table) const {
  const FormulaFit fit = fit_formula(table, *request_, session.stop());
  io::Json record;
  record["schema"] = records::kReturnSchema;
  record["method"] = "fit of a formula by least squares";
  record["inputs"]["rows"] = fit.rows;
  record["inputs"]["formula"] = request_->formula;
  record["inputs"]["of"] = request_->response;
  for (const auto& [name, value] : request_->start) record["inputs"]["start"][name] = value;
  record["inputs"]["confidence"] = request_->confidence;
  io::Json& result = record["fit"];
  const std::string_view stopped = fit.search.undetermined ? "undetermined" : nonlinear_status_name(fit.search.status);
  result["status"] = fit.problem.empty() ? "ok" : stopped;
  result["reason"] = fit.problem.empty() ? io::Json() : io::Json(fit.problem);
  result["coefficients"] = coefficients_record(fit.coefficients);
  result["sum_of_squares"] = fit.search.sum_of_squares;
  result["residual_error"] = fit.residual_error;
  result["degrees_of_freedom"] = fit.rows - fit.coefficients.size();
  result["iterations"] = fit.search.iterations;
  result["relative_offset"] = fit.search.relative_offset;
  std::string text = request_->response + " = " + request_->formula + ", from " + std::to_string(fit.rows) + " rows\n";
  if (!fit.problem.empty()) text += "no answer: " + fit.problem + "\n";
  text += coefficients_text(fit.coefficients, request_->confidence) +
          frame::table({{"residual error", frame::number(fit.residual_error)}, {"iterations", std::to_string(fit.search.iterations)}});
  session.emit(record, text);
  return fit.problem.empty() ? frame::Outcome::done : frame::Outcome::negative;
}

io::Json coefficients_record(const std::vector<FittedCoefficient>& coefficients) {
  io::Json all = io::Json::object();
  for (const FittedCoefficient& one : coefficients) {
    io::Json& place = all[one.name];
    place["value"] = one.value;
    place["standard_error"] = io::or_null(one.standard_error);
    place["low"] = io::or_null(one.low);
    place["high"] = io::or_null(one.high);
  }
  return all;
}

std::string coefficients_text(const std::vector<FittedCoefficient>& coefficients, double confidence) {
  const auto end = [](const std::optional<double>& value) { return value ? frame::number(*value) : "unbounded"; };
  std::vector<std::vector<std::string>> rows{{"", "value", "standard error", frame::percent(confidence) + " interval"}};
  for (const FittedCoefficient& one : coefficients)
    rows.push_back({one.name, frame::number(one.value), one.standard_error ? frame::number(*one.standard_error) : "-",
                    one.standard_error || one.low || one.high ? end(one.low) + " to " + end(one.high) : "-"});
  return frame::table(rows);
}

}  // namespace daybreak::roi_calc
