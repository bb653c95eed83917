#pragma once
// Any formula of the models' language, fitted to a table.
#include <string>
#include <utility>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/finance/fit/levenberg_marquardt.h"
#include "libcore/finance/fit/project_fit.h"
#include "libcore/io/csv.h"

namespace daybreak::finance {

struct FormulaRequest {
  std::string formula;                                // of the table's columns and the coefficients
  std::string response;                               // of the table's columns alone: "roi", "log(y)"
  std::vector<std::pair<std::string, double>> start;  // of each coefficient; no coefficient is called as a column is
  double confidence = 0.95;
};

struct FormulaFit {
  NonlinearFit search;
  std::vector<FittedCoefficient> coefficients;  // errors and Student's intervals only where the search converged
  std::size_t rows = 0;
  double residual_error = 0;  // standard deviation, by the degrees of freedom
  std::string problem;        // why the coefficients are no answer; "" for none
};

/// Least squares of response - formula by levenberg_marquardt(). Error (data) for a text that is no expression, with the column;
/// for fields that are no numbers, and for rows where the response has no value or the formula has none at the start. Error
/// (usage) for names that are neither columns nor coefficients, coefficients that the formula does not use, and fewer rows than
/// coefficients and one.
FormulaFit fit_formula(const io::CsvTable& table, const FormulaRequest& request, const StopToken& stop);

}  // namespace daybreak::finance
