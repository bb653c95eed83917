#include "libcore/finance/fit/form_solution.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "libcore/finance/fit/kink.h"
#include "libcore/finance/fit/levenberg_marquardt.h"

namespace daybreak::finance {
namespace {

constexpr std::size_t kMostIterations = 200;  // a form that needs more runs away to where it is another form
constexpr int kGrid = 48;
constexpr double kGridBelow = 0.05, kGridBeyond = 20;  // of the smallest and the largest investment

std::vector<double> residuals_of(Form form, const WeightedRows& rows, std::span<const double> coefficients) {
  std::vector<double> residuals;
  for (std::size_t i = 0; i < rows.response.size(); ++i)
    residuals.push_back(rows.weight[i] * (return_of(form, coefficients, rows.investment[i], rows.growth[i]) - rows.response[i]));
  return residuals;
}

/// The best b and c for this k; nothing where the two cannot be told apart.
std::vector<double> projected(Form form, const WeightedRows& rows, double k) {
  const std::size_t count = coefficient_names(form).size();
  Columns columns(std::min<std::size_t>(count, 2));
  std::vector<double> response;
  for (std::size_t i = 0; i < rows.response.size(); ++i) {
    const double base = rows.weight[i] * rows.growth[i];
    columns[0].push_back(base);
    if (count > 1) columns[1].push_back(base * bonus_shape(form, rows.investment[i], k));
    response.push_back(rows.weight[i] * rows.response[i]);
  }
  const OrthogonalFactors factors(std::move(columns));
  if (!factors.determined()) return {};
  std::vector<double> coefficients = factors.solve(factors.rotated(response));
  if (count > 1) coefficients[1] /= coefficients[0];
  if (count > 2) coefficients.push_back(k);
  return coefficients;
}

std::vector<double> best_on_grid(Form form, const WeightedRows& rows) {
  double low = std::numeric_limits<double>::infinity(), high = 0;
  for (const double investment : rows.investment) {
    if (investment > 0) low = std::min(low, investment);
    high = std::max(high, investment);
  }
  std::vector<double> best;
  double least = std::numeric_limits<double>::infinity();
  for (int i = 0; i <= kGrid; ++i) {
    const double k = kGridBelow * low * std::pow(kGridBeyond * high / (kGridBelow * low), static_cast<double>(i) / kGrid);
    std::vector<double> here = projected(form, rows, k);
    if (here.empty()) continue;
    const double length = length_of(residuals_of(form, rows, here));
    if (!(length < least)) continue;
    least = length;
    best = std::move(here);
  }
  return best;
}

FormSolution by_search(Form form, const WeightedRows& rows, const std::vector<double>& given) {
  const std::vector<double> start = given.empty() ? best_on_grid(form, rows) : given;
  if (start.empty()) return {{}, {}, 0, "its coefficients cannot be told apart"};
  std::vector<double> weighted;
  for (std::size_t i = 0; i < rows.response.size(); ++i) weighted.push_back(rows.weight[i] * rows.response[i]);
  const NonlinearProblem problem{rows.response.size(), length_of(weighted),
                                 [&](std::span<const double> coefficients, std::span<double> residuals) {
                                   const bool outside = coefficients.size() > 2 && !(coefficients[2] > 0);
                                   const auto values = residuals_of(form, rows, coefficients);
                                   std::copy(values.begin(), values.end(), residuals.begin());
                                   if (outside) residuals[0] = std::numeric_limits<double>::quiet_NaN();
                                 }};
  NonlinearFit fit = levenberg_marquardt(problem, start, kMostIterations);
  if (fit.covariance.empty())
    return {{}, {}, fit.sum_of_squares,
            fit.undetermined ? "the data do not determine " + std::string(coefficient_names(form)[*fit.undetermined])
                             : "the search for its coefficients did not converge (" + std::string(nonlinear_status_name(fit.status)) + ")"};
  return {std::move(fit.coefficients), std::move(fit.covariance), fit.sum_of_squares, ""};
}

/// The derivatives by b, c and k of forms that are solved directly; by k from the side of the line where a row lies at the kink.
Columns slopes(Form form, const WeightedRows& rows, const std::vector<double>& coefficients) {
  const double b = coefficients[0], c = coefficients.size() > 1 ? coefficients[1] : 0, k = coefficients.size() > 2 ? coefficients[2] : 1;
  Columns columns(coefficients.size());
  for (std::size_t i = 0; i < rows.response.size(); ++i) {
    const double base = rows.weight[i] * rows.growth[i], shape = bonus_shape(form, rows.investment[i], k);
    columns[0].push_back(base * (1 + c * shape));
    if (columns.size() > 1) columns[1].push_back(base * b * shape);
    if (columns.size() > 2) columns[2].push_back(rows.investment[i] < k ? -base * b * c * rows.investment[i] / (k * k) : 0);
  }
  return columns;
}

/// A form whose coefficients but k are linear, at its best k.
FormSolution direct_solution(Form form, const WeightedRows& rows, double k) {
  FormSolution solution;
  solution.coefficients = projected(form, rows, k);
  if (solution.coefficients.empty()) return {{}, {}, 0, "every investment is past the kink, so b and c cannot be told apart"};
  const double length = length_of(residuals_of(form, rows, solution.coefficients));
  solution.sum_of_squares = length * length;
  const OrthogonalFactors factors(slopes(form, rows, solution.coefficients));
  if (factors.determined()) solution.covariance = factors.inverse_gram();
  return solution;
}

}  // namespace

std::string structural_problem(Form form, std::span<const double> investment) {
  const std::size_t count = coefficient_names(form).size();
  if (investment.size() <= count)
    return "expected at least " + std::to_string(count + 1) + " projects for " + std::to_string(count) + " coefficients and their errors, found " +
           std::to_string(investment.size());
  const std::size_t different = std::set<double>(investment.begin(), investment.end()).size();
  if (different < count)
    return "expected at least " + std::to_string(count) + " different investments for " + std::to_string(count) + " coefficients, found " +
           std::to_string(different);
  return "";
}

FormSolution solve_form(Form form, const WeightedRows& rows, const std::vector<double>& start) {
  if (const std::string problem = structural_problem(form, rows.investment); !problem.empty()) return {{}, {}, 0, problem};
  if (form == Form::literal) return direct_solution(form, rows, KinkProfile(rows).best());
  if (form == Form::saturating || form == Form::logarithm) return by_search(form, rows, start);
  return direct_solution(form, rows, 1);
}

}  // namespace daybreak::finance
