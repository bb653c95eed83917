#pragma once
// What past projects say about the literal formula: its coefficients and kink, how sure they are, and whether another form does
// better.
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/base/stop.h"
#include "libcore/finance/fit/forms.h"
#include "libcore/finance/fit/projects.h"

namespace daybreak::finance {

struct ProjectFitOptions {
  std::string errors = "auto";   // what is alike in all projects: relative, absolute, or whichever is likelier
  std::string loss = "squares";  // or huber
  double huber = 1.345;          // scales past which an error counts linearly; 95 % as efficient as squares for normal errors
  double confidence = 0.95;

  void declare(OptionSink& sink);
  bool relative() const { return errors == "relative"; }
  bool robust() const { return loss == "huber"; }
};

struct FittedCoefficient {
  std::string name;
  double value = 0;
  std::optional<double> standard_error;  // from the slopes
  std::optional<double> low, high;       // of the confidence asked for; absent where the data set no bound
};

/// One form, fitted. Errors are return - form, or their share of the form.
struct FormFit {
  Form form = Form::literal;
  std::string problem;  // why there are no coefficients; "" for none, else what follows is empty
  std::vector<FittedCoefficient> coefficients;
  std::vector<std::string> warnings;
  std::size_t rounds = 0;      // of reweighting
  double residual_error = 0;   // standard deviation of an error, by the degrees of freedom
  double scale = 0;            // of an error, by the median: outliers do not move it
  std::vector<double> errors, weights;  // a project each
  double aic = 0, bic = 0;     // with the deviation as a further coefficient
  std::optional<double> left_out_error;  // root mean square error of projects that the fit had not seen

  std::vector<double> values() const;  // of the coefficients
};

struct ProjectFit {
  std::string errors;                           // relative: an error is a share of the form; or absolute
  std::optional<double> likelier_by;            // the lowest BIC with the other kind of errors less the lowest with this, if both were tried
  std::vector<FormFit> forms;                   // all of kForms, in that order

  const FormFit& form(Form wanted) const;
  /// The form of the lowest BIC; nothing where all have a problem.
  const FormFit* best() const;
};

/// Makes the sum of squared errors least for each form, or Huber's loss of them. For relative errors the weights are 1 / form^2,
/// found in turn; Huber's scale is the median absolute error / 0.6745, found in turn too, and standard errors come from
/// pseudo-values, form + scale psi / mean psi' (Street, Carroll and Ruppert 1988). Intervals are Student's; those of the literal
/// form are profiles: where the least sum of squares, the other coefficients being free, exceeds the least of all by at most
/// F(1, n - 3) variances. AIC and BIC are of the normal likelihood, the deviation being one more coefficient; with Huber's loss
/// 2 sum rho(error / scale) stands for the squares (Ronchetti 1985), scale being the smallest of all forms'.
/// left_out_error stays empty.
ProjectFit fit_projects(const Projects& projects, const ProjectFitOptions& options);

/// Fits each form again, at the weights that it has, without each project, or without each of 20 groups where there are over 200.
void leave_out(ProjectFit& fit, const Projects& projects, const StopToken& stop);

}  // namespace daybreak::finance
