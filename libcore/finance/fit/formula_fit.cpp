#include "libcore/finance/fit/formula_fit.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"
#include "libcore/finance/fit/students_t.h"
#include "libcore/finance/model/expression_binder.h"
#include "libcore/finance/model/program.h"

namespace daybreak::finance {
namespace {

/// An expression of columns of numbers, compiled.
class Formula {
 public:
  Formula(const std::string& text, const std::string& option, const std::vector<std::string>& names)
      : expression_(parse_expression(text, option)), program_(compile(names)) {}

  void run(std::span<const std::span<const double>> columns, std::span<double> results) const {
    program_.run(columns, std::array{results});
  }
  bool uses(const std::string& name) const {
    return std::any_of(expression_.nodes.begin(), expression_.nodes.end(),
                       [&](const ExpressionNode& node) { return node.operation == Operation::name && node.name == name; });
  }

 private:
  Program compile(const std::vector<std::string>& names) {
    for (const ExpressionNode& node : expression_.nodes)
      if (node.operation == Operation::name && std::find(names.begin(), names.end(), node.name) == names.end())
        throw usage_error(expression_.place + ": '" + node.name + "' is neither a column nor a coefficient", "known: " + joined(names));
    ValueGraph graph;
    ExpressionBinder binder(graph);
    for (std::size_t i = 0; i < names.size(); ++i) binder.define(names[i], {graph.column(i), std::nullopt, false});
    return Program(graph, std::array{binder.bind(expression_, std::nullopt).value});
  }

  Expression expression_;
  Program program_;
};

/// Formula, response and the columns that they use.
class FormulaProblem {
 public:
  FormulaProblem(const io::CsvTable& table, const FormulaRequest& request)
      : table_(table), count_(request.start.size()), names_(table.header), response_(request.response, "--of", table.header),
        formula_(request.formula, "--formula", all_names(request)), columns_(names_.size(), std::vector<double>(table.rows.size())) {
    for (std::size_t column = 0; column < table.header.size(); ++column)
      for (std::size_t row = 0; used(column) && row < table.rows.size(); ++row) columns_[column][row] = table.number(row, column);
    for (const auto& [name, value] : request.start)
      if (!formula_.uses(name)) throw usage_error("--start: '" + name + "' is not in the formula");
    values_.resize(table.rows.size());
    response_.run(spans(), values_);
    for (std::size_t row = 0; row < values_.size(); ++row)
      if (!std::isfinite(values_[row])) throw data_error(table.where(row), "\"" + request.response + "\" has no value here");
  }

  NonlinearProblem problem(const StopToken& stop) {
    return {table_.rows.size(), length_of(values_), [this, &stop](std::span<const double> coefficients, std::span<double> residuals) {
              stop.check();
              for (std::size_t j = 0; j < count_; ++j) {
                std::vector<double>& column = columns_[columns_.size() - count_ + j];
                std::fill(column.begin(), column.end(), coefficients[j]);
              }
              formula_.run(spans(), residuals);
              for (std::size_t row = 0; row < residuals.size(); ++row) residuals[row] -= values_[row];
            }};
  }

 private:
  const std::vector<std::string>& all_names(const FormulaRequest& request) {
    for (const auto& [name, value] : request.start) {
      if (std::find(names_.begin(), names_.end(), name) != names_.end())
        throw usage_error("--start: '" + name + "' stands twice, or is a column of the table", "give the coefficient another name");
      names_.push_back(name);
    }
    return names_;
  }
  bool used(std::size_t column) const { return response_.uses(names_[column]) || formula_.uses(names_[column]); }
  std::vector<std::span<const double>> spans() const { return {columns_.begin(), columns_.end()}; }

  const io::CsvTable& table_;
  std::size_t count_;
  std::vector<std::string> names_;  // columns, then coefficients
  Formula response_, formula_;
  std::vector<std::vector<double>> columns_;
  std::vector<double> values_;  // of the response
};

std::string problem_of(const NonlinearFit& fit, const FormulaRequest& request) {
  if (fit.undetermined) return "the data do not determine " + request.start[*fit.undetermined].first + " beside the others";
  if (fit.status == NonlinearStatus::stalled) return "no step improves the sum of squares, though its slope is not 0";
  return fit.status == NonlinearStatus::converged ? "" : "the search did not end after " + std::to_string(fit.iterations) + " iterations";
}

}  // namespace

FormulaFit fit_formula(const io::CsvTable& table, const FormulaRequest& request, const StopToken& stop) {
  const std::size_t count = request.start.size();
  FormulaProblem problem(table, request);
  if (table.rows.size() <= count)
    throw data_error(table.name, "expected at least " + std::to_string(count + 1) + " rows for " + std::to_string(count) +
                                     " coefficients and their errors, found " + std::to_string(table.rows.size()));
  std::vector<double> start;
  for (const auto& [name, value] : request.start) start.push_back(value);
  FormulaFit fit{levenberg_marquardt(problem.problem(stop), std::move(start)), {}, table.rows.size(), 0, ""};
  fit.problem = problem_of(fit.search, request);
  const std::size_t degrees = fit.rows - count;
  fit.residual_error = std::sqrt(fit.search.sum_of_squares / static_cast<double>(degrees));
  const double t = students_t(request.confidence, degrees);
  for (std::size_t j = 0; j < count; ++j) {
    FittedCoefficient one{request.start[j].first, fit.search.coefficients[j], std::nullopt, std::nullopt, std::nullopt};
    if (fit.problem.empty()) {
      one.standard_error = std::sqrt(fit.search.covariance[j][j]) * fit.residual_error;
      one.low = one.value - t * *one.standard_error;
      one.high = one.value + t * *one.standard_error;
    }
    fit.coefficients.push_back(one);
  }
  return fit;
}

}  // namespace daybreak::finance
