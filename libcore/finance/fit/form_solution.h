#pragma once
// The coefficients of one form by weighted least squares.
#include <optional>
#include <string>
#include <vector>

#include "libcore/finance/fit/forms.h"
#include "libcore/finance/fit/orthogonal.h"
#include "libcore/finance/fit/projects.h"

namespace daybreak::finance {

struct FormSolution {
  std::vector<double> coefficients;  // as coefficient_names() has them; empty where there is a problem
  Columns covariance;                // without the variance of the residuals; empty where the kink is at the edge of the data
  double sum_of_squares = 0;         // of the weighted residuals
  std::string problem;               // why there are no coefficients; "" for none
};

/// The literal form exactly, over every kink (KinkProfile); line and constant by linear least squares; the others by
/// levenberg_marquardt() from `start`, or without one from the best of many k on a logarithmic grid, b and c solved for each
/// (variable projection). Rows that cannot determine the coefficients are a problem, not an Error.
FormSolution solve_form(Form form, const WeightedRows& rows, const std::vector<double>& start = {});

/// What solve_form() says of rows that cannot determine the coefficients whatever the returns: too few, or too few different
/// investments. "" for none.
std::string structural_problem(Form form, std::span<const double> investment);

}  // namespace daybreak::finance
