#include "libcore/finance/fit/project_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <tuple>

#include "libcore/finance/fit/kink.h"
#include "libcore/finance/fit/reweighting.h"
#include "libcore/finance/fit/students_t.h"

namespace daybreak::finance {
namespace {

constexpr double kRounding = 1e-16;  // of sums of squares
constexpr std::size_t kMostLeftOutSingly = 200, kGroups = 20;

std::string text(double value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.6g", value);
  return digits;
}

/// Intervals of the literal form by the profile of each coefficient: the kink is no smooth coefficient, and may have no bound.
class LiteralIntervals {
 public:
  LiteralIntervals(const Projects& projects, const Reweighted& fitted, double confidence)
      : profile_({projects.investment, projects.growth, fitted.response, fitted.weight}), solution_(fitted.solution),
        nothing_invested_(std::find(projects.investment.begin(), projects.investment.end(), 0.0) != projects.investment.end()) {
    const std::size_t degrees = projects.size() - 3;
    const double t = students_t(confidence, degrees);
    // Where projects lie on the form exactly, what is left is rounding.
    limit_ = std::max(profile_.least() * (1 + t * t / static_cast<double>(degrees)), kRounding * profile_.total());
    kink_ = profile_.interval_of_k(limit_);
  }

  /// Why the kink is not in the data; "" where it is.
  std::string problem() const {
    const auto& [b, c, k] = std::tie(solution_.coefficients[0], solution_.coefficients[1], solution_.coefficients[2]);
    if (profile_.best() >= profile_.last())
      return "no project is past a kink: a line fits best, and only b = " + text(b) + " and c / k = " + text(c / k) + " are determined";
    if (!kink_.low && !nothing_invested_)
      return "every investment but the smallest may be past the kink, and then b and c cannot be told apart: add projects that invested "
             "less than " + text(profile_.first());
    if (!kink_.low && !kink_.high) return "a kink anywhere fits, within the confidence asked for";
    return "";
  }

  void set(FormFit& fit) const {
    const auto take = [](FittedCoefficient& one, const KinkProfile::Interval& interval) {
      one.low = interval.low;
      one.high = interval.high;
    };
    const auto step = [](const FittedCoefficient& one) { return one.standard_error.value_or(std::abs(one.value)); };
    take(fit.coefficients[0], profile_.interval_of_b(limit_, fit.coefficients[0].value, step(fit.coefficients[0])));
    take(fit.coefficients[1], profile_.interval_of_c(limit_, fit.coefficients[1].value, step(fit.coefficients[1])));
    take(fit.coefficients[2], kink_);
    if (!kink_.low)
      fit.warnings.push_back("the kink may lie anywhere below " + text(profile_.first()) + ", the smallest investment but 0");
    if (!kink_.high)
      fit.warnings.push_back("the kink has no upper bound: a line without one fits too, within the confidence asked for");
  }

 private:
  KinkProfile profile_;
  const FormSolution& solution_;
  KinkProfile::Interval kink_;
  bool nothing_invested_;
  double limit_ = 0;
};

void take_coefficients(FormFit& fit, const FormSolution& solution, std::size_t rows, double confidence) {
  const auto names = coefficient_names(fit.form);
  const std::size_t degrees = rows - names.size();
  const double variance = solution.sum_of_squares / static_cast<double>(degrees), t = students_t(confidence, degrees);
  fit.residual_error = std::sqrt(variance);
  for (std::size_t j = 0; j < names.size(); ++j) {
    FittedCoefficient one{std::string(names[j]), solution.coefficients[j], std::nullopt, std::nullopt, std::nullopt};
    if (!solution.covariance.empty()) {
      one.standard_error = std::sqrt(solution.covariance[j][j] * variance);
      one.low = one.value - t * *one.standard_error;
      one.high = one.value + t * *one.standard_error;
    }
    fit.coefficients.push_back(one);
  }
}

double huber_rho(double u, double bend) {
  return std::abs(u) <= bend ? u * u / 2 : bend * (std::abs(u) - bend / 2);
}

void take_criteria(FormFit& fit, const Projects& projects, const ProjectFitOptions& options, double scale) {
  const auto n = static_cast<double>(projects.size());
  const std::vector<double> coefficients = fit.values();
  double losses = 0, squares = 0, logarithms = 0;
  for (std::size_t i = 0; i < projects.size(); ++i) {
    squares += fit.errors[i] * fit.errors[i];
    losses += huber_rho(fit.errors[i] / scale, options.huber);
    if (options.relative()) logarithms += std::log(return_of(fit.form, coefficients, projects.investment[i], projects.growth[i]));
  }
  const double variance = options.robust() ? scale * scale : squares / n;
  const double deviance = n * std::log(2 * std::numbers::pi * variance) + (options.robust() ? 2 * losses : n) + 2 * logarithms;
  const auto count = static_cast<double>(coefficients.size() + 1);
  fit.aic = deviance + 2 * count;
  fit.bic = deviance + std::log(n) * count;
}

/// The sum of squared errors of a group of projects, by a fit to all others; nothing where that has a problem.
std::optional<double> left_out_squares(const Projects& projects, const FormFit& fit, bool relative, std::size_t group, std::size_t groups) {
  std::array<std::vector<double>, 4> rest;
  for (std::size_t i = 0; i < projects.size(); ++i) {
    if (i % groups == group) continue;
    rest[0].push_back(projects.investment[i]);
    rest[1].push_back(projects.growth[i]);
    rest[2].push_back(projects.roi[i]);
    rest[3].push_back(fit.weights[i]);
  }
  const FormSolution solution = solve_form(fit.form, {rest[0], rest[1], rest[2], rest[3]}, fit.values());
  if (!solution.problem.empty()) return std::nullopt;
  double sum = 0;
  for (std::size_t i = group; i < projects.size(); i += groups) {
    const double value = return_of(fit.form, solution.coefficients, projects.investment[i], projects.growth[i]);
    const double error = (projects.roi[i] - value) / (relative ? value : 1);
    sum += error * error;
  }
  return sum;
}

std::optional<double> left_out_error(const Projects& projects, const FormFit& fit, bool relative, const StopToken& stop) {
  const std::size_t groups = projects.size() <= kMostLeftOutSingly ? projects.size() : kGroups;
  double sum = 0;
  for (std::size_t group = 0; group < groups; ++group) {
    stop.check();
    const auto squares = left_out_squares(projects, fit, relative, group, groups);
    if (!squares) return std::nullopt;
    sum += *squares;
  }
  return std::sqrt(sum / static_cast<double>(projects.size()));
}

FormFit fit_form(const Projects& projects, Form form, const ProjectFitOptions& options) {
  FormFit fit;
  fit.form = form;
  const Reweighted fitted = reweight(projects, form, options);
  fit.problem = fitted.solution.problem;
  if (!fit.problem.empty()) return fit;
  fit.rounds = fitted.rounds;
  fit.errors = fitted.errors;
  fit.scale = fitted.scale;
  for (std::size_t i = 0; i < projects.size(); ++i) fit.weights.push_back(fitted.weight[i] * fitted.robust[i]);
  if (!fitted.settled) fit.warnings.push_back("weights and coefficients do not settle: several fits take turns, and this is one of them");
  take_coefficients(fit, fitted.solution, projects.size(), options.confidence);
  if (form != Form::literal) return fit;
  const LiteralIntervals intervals(projects, fitted, options.confidence);
  fit.problem = intervals.problem();
  if (fit.problem.empty()) intervals.set(fit);
  return fit;
}

ProjectFit fit_all(const Projects& projects, const ProjectFitOptions& options) {
  ProjectFit all{options.errors, std::nullopt, {}};
  double scale = std::numeric_limits<double>::infinity();
  for (const Form form : kForms) {
    all.forms.push_back(fit_form(projects, form, options));
    if (all.forms.back().problem.empty()) scale = std::min(scale, all.forms.back().scale);
  }
  for (FormFit& fit : all.forms)
    if (fit.problem.empty()) take_criteria(fit, projects, options, scale);
  return all;
}

}  // namespace

void ProjectFitOptions::declare(OptionSink& sink) {
  sink.choice("errors", &errors, {"auto", "relative", "absolute"}, "What is alike: an error as a share of the return, or as it is");
  sink.choice("loss", &loss, {"squares", "huber"}, "huber: errors past a few scales count linearly, so outliers count less");
  sink.real("huber", &huber, "SCALES", "Where Huber's loss becomes linear", OptionSink::Range{0.1, 100});
  sink.share("confidence", &confidence, "Of the intervals");
}

std::vector<double> FormFit::values() const {
  std::vector<double> all;
  for (const FittedCoefficient& one : coefficients) all.push_back(one.value);
  return all;
}

const FormFit& ProjectFit::form(Form wanted) const {
  return *std::find_if(forms.begin(), forms.end(), [&](const FormFit& fit) { return fit.form == wanted; });
}

const FormFit* ProjectFit::best() const {
  const FormFit* best = nullptr;
  for (const FormFit& fit : forms)
    if (fit.problem.empty() && (best == nullptr || fit.bic < best->bic)) best = &fit;
  return best;
}

ProjectFit fit_projects(const Projects& projects, const ProjectFitOptions& options) {
  if (options.errors != "auto") return fit_all(projects, options);
  ProjectFitOptions one = options;
  one.errors = "relative";
  ProjectFit relative = fit_all(projects, one);
  one.errors = "absolute";
  ProjectFit absolute = fit_all(projects, one);
  if (relative.best() == nullptr) return absolute;
  if (absolute.best() == nullptr) return relative;
  const double advantage = absolute.best()->bic - relative.best()->bic;
  ProjectFit& likelier = advantage >= 0 ? relative : absolute;
  likelier.likelier_by = std::abs(advantage);
  return std::move(likelier);
}

void leave_out(ProjectFit& fit, const Projects& projects, const StopToken& stop) {
  for (FormFit& one : fit.forms)
    if (one.problem.empty()) one.left_out_error = left_out_error(projects, one, fit.errors == "relative", stop);
}

}  // namespace daybreak::finance
