#pragma once
// Nonlinear least squares from a starting point, which says whether it arrived.
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "libcore/finance/fit/orthogonal.h"

namespace daybreak::finance {

/// What is to be made small: one residual a row, in the units of the response. Entries that are not finite mean that the
/// model is not defined there: the step is taken back.
struct NonlinearProblem {
  std::size_t rows = 0;
  double response_size = 0;  // square root of the sum of squares of the response: residuals of its rounding count as none
  std::function<void(std::span<const double> coefficients, std::span<double> residuals)> residuals;
};

enum class NonlinearStatus {
  converged,   // the residuals are orthogonal to whatever the coefficients can still change
  stalled,     // no step is small enough to improve, though the slope is not zero
  iterations,  // the limit of steps was reached
};
std::string_view nonlinear_status_name(NonlinearStatus status);

struct NonlinearFit {
  NonlinearStatus status = NonlinearStatus::iterations;
  std::vector<double> coefficients;
  double sum_of_squares = 0;
  Columns covariance;                       // the inverse of J' J; empty unless converged and determined
  std::optional<std::size_t> undetermined;  // a coefficient that the data do not determine beside the others
  std::size_t iterations = 0;               // Jacobians made
  /// Length of the residuals' part that the coefficients could still take away, over that of the rest, each by its degrees
  /// of freedom (Bates and Watts, A Relative Offset Orthogonality Convergence Criterion, 1981): 0 at a stationary point.
  double relative_offset = 0;
};

/// Levenberg-Marquardt as a trust region (More, The Levenberg-Marquardt Algorithm: Implementation and Theory, 1978): lengths
/// are measured in units of each coefficient's column of the Jacobian, which is taken by central differences; near the end
/// plain Gauss-Newton steps, as long as each is shorter than the one before, go on to the last digits. `start` must give
/// finite residuals, Error (data) otherwise; rows >= coefficients. A result that has not converged is handed back as that.
NonlinearFit levenberg_marquardt(const NonlinearProblem& problem, std::vector<double> start, std::size_t most_iterations = 2000);

}  // namespace daybreak::finance
