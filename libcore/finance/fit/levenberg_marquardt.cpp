#include "libcore/finance/fit/levenberg_marquardt.h"

#include <algorithm>
#include <cmath>

#include <limits>
#include <optional>

#include "libcore/base/error.h"

namespace daybreak::finance {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
/// Relative offsets below this are the neighborhood in which Gauss-Newton steps contract.
constexpr double kNear = 1e-4;
/// A relative offset that counts as arrived: coefficients within a millionth of their standard errors.
constexpr double kArrived = 1e-6;
/// Residuals within the rounding of the response are none.
constexpr double kExact = 1e-12;
/// Gauss-Newton steps that do not lower the offset to this share are made of rounding; so many in a row are tried.
constexpr double kContraction = 0.9;
constexpr int kPatience = 3;
/// Relative offsets below this move no coefficient by a digit that its standard error leaves to it.
constexpr double kEnough = 1e-10;
/// Differences go over at least this share of a coefficient's natural length: on the way small coefficients of large effect
/// must keep their sign, at the end less than the second is made of rounding.
constexpr double kLeastShare = 1e-6, kLeastShareNearEnd = 1e-3;
/// What is left of a column beside the others, as a share of its length, when it may be made of the errors of differences; the
/// least of NIST's regressions is 4e-5.
constexpr double kNothingNew = 1e-8;
constexpr double kFirstRadius = 1;  // of the trust region, in lengths of the start

double squared(double value) { return value * value; }

/// The state of the search: coefficients, their residuals, and the sum of squares of these.
struct Point {
  std::vector<double> x, residuals;
  double length = 0;  // of the residuals; infinite where the model is not defined
};

class Search {
 public:
  Search(const NonlinearProblem& problem, std::vector<double> start) : problem_(problem), lengths_(start.size(), 0.0), scale_(start.size(), 0.0) {
    at_ = point(std::move(start));
    if (!std::isfinite(at_.length))
      throw data_error("", "the model gives no finite value at the starting values", "choose other starting values");
  }

  NonlinearFit run(std::size_t most_iterations) {
    NonlinearFit fit;
    linearize();
    while (fit.status != NonlinearStatus::converged && iterations_ < most_iterations) {
      if (near_end()) polish();
      if (arrived()) fit.status = NonlinearStatus::converged;
      else if (improve()) linearize();
      else break;
    }
    if (fit.status != NonlinearStatus::converged && iterations_ < most_iterations) fit.status = NonlinearStatus::stalled;
    fit.undetermined = factors_->dependent_column();
    if (fit.status == NonlinearStatus::converged && !fit.undetermined) fit.covariance = factors_->inverse_gram();
    fit.coefficients = at_.x;
    fit.sum_of_squares = squared(at_.length);
    fit.iterations = iterations_;
    fit.relative_offset = offset();
    return fit;
  }

 private:
  Point point(std::vector<double> x) const {
    Point result{std::move(x), std::vector<double>(problem_.rows), 0};
    problem_.residuals(result.x, result.residuals);
    const bool defined = std::all_of(result.residuals.begin(), result.residuals.end(), [](double r) { return std::isfinite(r); });
    result.length = defined ? length_of(result.residuals) : std::numeric_limits<double>::infinity();
    return result;
  }

  /// The length over which differences are taken: a share of the coefficient, but neither more nor, by far, less than of
  /// what would move the response by its own size.
  double difference_step(std::size_t j) const {
    const double size = std::abs(at_.x[j]);
    const double natural = lengths_[j] > 0 ? (problem_.response_size + at_.length) / lengths_[j] : std::max(size, 1e-3);
    return std::pow(kEpsilon, 0.2) * std::clamp(size, least_share_ * natural, natural);
  }

  /// Column j of the Jacobian; 0 where the model is defined on no side of this point.
  std::vector<double> slope(std::size_t j) const {
    const auto moved = [&](double by) {
      std::vector<double> x = at_.x;
      x[j] += by;
      return point(std::move(x));
    };
    std::vector<double> column(problem_.rows, 0.0);
    const double step = difference_step(j);
    for (double h = step; h > step * kEpsilon; h /= 16) {
      const Point far_up = moved(2 * h), up = moved(h), down = moved(-h), far_down = moved(-2 * h);
      if (!std::isfinite(far_up.length + up.length + down.length + far_down.length)) continue;
      for (std::size_t i = 0; i < column.size(); ++i)
        column[i] = (8 * (up.residuals[i] - down.residuals[i]) - (far_up.residuals[i] - far_down.residuals[i])) / (12 * h);
      break;
    }
    return column;
  }

  void linearize() {
    Columns jacobian;
    for (std::size_t j = 0; j < at_.x.size(); ++j) {
      jacobian.push_back(slope(j));
      lengths_[j] = length_of(jacobian.back());
      scale_[j] = std::max(scale_[j], lengths_[j]);
    }
    factors_.emplace(std::move(jacobian), kNothingNew);
    rotated_ = factors_->rotated(at_.residuals);
    if (iterations_++ == 0) radius_ = kFirstRadius * std::max(1.0, scaled_length(at_.x));
  }

  double scaled_length(std::span<const double> step) const {
    std::vector<double> scaled;
    for (std::size_t j = 0; j < step.size(); ++j) scaled.push_back(step[j] * scale_of(j));
    return length_of(scaled);
  }
  double scale_of(std::size_t j) const { return scale_[j] > 0 ? scale_[j] : 1; }

  double offset() const {
    const std::size_t n = at_.x.size();
    const double reach = length_of(std::span(rotated_).first(n)), rest = length_of(std::span(rotated_).subspan(n));
    if (reach == 0) return 0;
    const double degrees = static_cast<double>(std::max<std::size_t>(problem_.rows - n, 1));
    return reach / std::sqrt(static_cast<double>(n)) / (rest / std::sqrt(degrees));
  }

  bool exact() const { return at_.length <= kExact * problem_.response_size; }
  bool near_end() const { return factors_->determined() && (offset() <= kNear || exact()); }
  bool arrived() const { return offset() <= kArrived || exact(); }

  std::vector<double> newton_step() const {
    std::vector<double> step = factors_->solve(rotated_);
    for (double& value : step) value = -value;
    return step;
  }

  /// The step that minimizes the linearized sum of squares plus damping * |scaled step|^2.
  std::vector<double> damped_step(double damping) const {
    const std::size_t n = at_.x.size();
    Columns stacked = factors_->triangle();
    for (std::size_t j = 0; j < n; ++j) {
      stacked[j].resize(2 * n, 0.0);
      stacked[j][n + j] = std::sqrt(damping) * scale_of(j);
    }
    std::vector<double> right(2 * n, 0.0);
    for (std::size_t i = 0; i < n; ++i) right[i] = -rotated_[i];
    const OrthogonalFactors damped(std::move(stacked));
    return damped.solve(damped.rotated(right));
  }

  /// The longest step within the trust region, up to 10 % beyond: its scaled length falls as the damping grows.
  std::vector<double> step_within(double radius) const {
    if (factors_->determined()) {
      std::vector<double> step = newton_step();
      if (scaled_length(step) <= 1.1 * radius) return step;
    }
    double low = 0, high = length_of(std::span(rotated_).first(at_.x.size())) / radius;
    while (scaled_length(damped_step(high)) > radius) high *= 4;
    std::vector<double> step;
    double damping = high;
    for (int i = 0; i < 60; ++i) {
      damping = low > 0 ? std::sqrt(low * high) : high / 64;
      step = damped_step(damping);
      const double length = scaled_length(step);
      if (length > 1.1 * radius) low = damping;
      else if (length < 0.9 * radius) high = damping;
      else return step;
    }
    return damped_step(high);
  }

  /// Squared length that the linearized residuals lose by a step.
  double predicted(std::span<const double> step) const {
    const std::size_t n = at_.x.size();
    const Columns triangle = factors_->triangle();
    double before = 0, after = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double value = rotated_[i];
      for (std::size_t j = 0; j < n; ++j) value += triangle[j][i] * step[j];
      before += squared(rotated_[i]);
      after += squared(value);
    }
    return before - after;
  }

  /// Shrinks the region until a step improves; false where none does.
  bool improve() {
    for (int tries = 0; tries < 100; ++tries) {
      const std::vector<double> step = step_within(radius_);
      std::vector<double> x = at_.x;
      for (std::size_t j = 0; j < x.size(); ++j) x[j] += step[j];
      if (x == at_.x) return false;
      Point next = point(std::move(x));
      const double gained = squared(at_.length) - squared(next.length);
      const double ratio = std::isfinite(next.length) ? gained / predicted(step) : -1;
      const double length = scaled_length(step);
      if (ratio < 0.25) radius_ = std::min(radius_, length) * (std::isfinite(next.length) ? 0.25 : 0.1);
      else if (ratio > 0.75) radius_ = std::max(radius_, 2 * length);
      if (ratio > 1e-4) {
        at_ = std::move(next);
        return true;
      }
    }
    return false;
  }

  /// Gauss-Newton steps for as long as some of the last few lowered the offset; ends where it was lowest.
  void polish() {
    least_share_ = kLeastShareNearEnd;
    linearize();
    Point best = at_;
    double lowest = offset();
    for (int idle = 0; idle < kPatience && lowest > kEnough && factors_->determined(); ++idle) {
      std::vector<double> x = at_.x;
      const std::vector<double> step = newton_step();
      for (std::size_t j = 0; j < x.size(); ++j) x[j] += step[j];
      Point next = point(std::move(x));
      if (!std::isfinite(next.length)) break;
      at_ = std::move(next);
      linearize();
      if (!(offset() < kContraction * lowest)) continue;
      lowest = offset();
      best = at_;
      idle = -1;
    }
    at_ = std::move(best);
    linearize();
  }

  const NonlinearProblem& problem_;
  std::vector<double> lengths_, scale_;  // of each coefficient's column: its length, and the largest that it had
  Point at_;
  std::optional<OrthogonalFactors> factors_;
  std::vector<double> rotated_;
  double radius_ = 0;
  double least_share_ = kLeastShare;
  std::size_t iterations_ = 0;  // Jacobians made
};

}  // namespace

std::string_view nonlinear_status_name(NonlinearStatus status) {
  switch (status) {
    case NonlinearStatus::converged: return "converged";
    case NonlinearStatus::stalled: return "stalled";
    case NonlinearStatus::iterations: break;
  }
  return "iterations";
}

NonlinearFit levenberg_marquardt(const NonlinearProblem& problem, std::vector<double> start, std::size_t most_iterations) {
  return Search(problem, std::move(start)).run(most_iterations);
}

}  // namespace daybreak::finance
