#pragma once
// Least squares whose weights depend on the fit: errors in proportion to the return, and outliers that count less.
#include <string>
#include <vector>

#include "libcore/finance/fit/form_solution.h"
#include "libcore/finance/fit/project_fit.h"

namespace daybreak::finance {

/// A fit whose weights are those that it asks for.
struct Reweighted {
  FormSolution solution;          // its problem says why there is none
  std::vector<double> weight;     // of errors that count as alike: 1 or 1 / form
  std::vector<double> response;   // the returns, or with Huber's loss the pseudo-values
  std::vector<double> robust;     // what Huber's loss multiplies the weight by, for the returns as they are; else 1
  std::vector<double> errors;     // return - form, or their share of the form
  double scale = 0;               // median absolute error / 0.6745
  std::size_t rounds = 0;
  bool settled = false;           // else several kinks take turns, each the best by the weights of another; one of them is here
};

/// Weights and coefficients in turn until the form's values settle.
Reweighted reweight(const Projects& projects, Form form, const ProjectFitOptions& options);

}  // namespace daybreak::finance
