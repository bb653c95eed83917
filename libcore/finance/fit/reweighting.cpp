#include "libcore/finance/fit/reweighting.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "libcore/base/median.h"

namespace daybreak::finance {
namespace {

constexpr double kMedianToDeviation = 0.6744897501960817;  // the third quartile of the normal distribution
constexpr std::size_t kMostRounds = 200;
constexpr double kSettled = 1e-8;  // relative change of every value

class Reweighting {
 public:
  Reweighting(const Projects& projects, Form form, const ProjectFitOptions& options)
      : projects_(projects), form_(form), options_(options) {
    for (const double growth : projects.growth) result_.weight.push_back(options.relative() ? 1 / growth : 1);
    result_.response = projects.roi;
    result_.robust.assign(projects.size(), 1.0);
  }

  Reweighted run() {
    std::vector<double> start;
    while (!result_.settled && result_.rounds < kMostRounds) {
      ++result_.rounds;
      if (!solve(start, result_.robust)) return std::move(result_);
      start = result_.solution.coefficients;
      result_.settled = take_values() || (!options_.relative() && !options_.robust());
      if (!result_.solution.problem.empty()) return std::move(result_);
    }
    if (options_.robust()) take_pseudo_values();
    solve(start, std::vector<double>(projects_.size(), 1.0));
    return std::move(result_);
  }

 private:
  bool solve(const std::vector<double>& start, const std::vector<double>& robust) {
    std::vector<double> weight;
    for (std::size_t i = 0; i < projects_.size(); ++i) weight.push_back(result_.weight[i] * robust[i]);
    result_.solution = solve_form(form_, {projects_.investment, projects_.growth, result_.response, weight}, start);
    return result_.solution.problem.empty();
  }

  void fail(const std::string& problem) { result_.solution = {{}, {}, 0, problem}; }

  /// Errors, scale and weights of the solution at hand; true where its values are those of the round before.
  bool take_values() {
    const std::vector<double> before = std::exchange(values_, {});
    bool settled = !before.empty();
    result_.errors.clear();
    for (std::size_t i = 0; i < projects_.size(); ++i) {
      const double value = return_of(form_, result_.solution.coefficients, projects_.investment[i], projects_.growth[i]);
      values_.push_back(value);
      if (!before.empty()) settled = settled && std::abs(value - before[i]) <= kSettled * std::abs(value);
      if (options_.relative() && !(value > 0)) {
        fail("the form is not above 0 at " + projects_.places[i] + ", so no error is a share of it");
        return false;
      }
      if (options_.relative()) result_.weight[i] = 1 / value;
      result_.errors.push_back((projects_.roi[i] - value) * result_.weight[i]);
    }
    std::vector<double> sizes;
    for (const double error : result_.errors) sizes.push_back(std::abs(error));
    result_.scale = median(sizes) / kMedianToDeviation;
    if (options_.robust()) take_robust_weights();
    return settled;
  }

  void take_robust_weights() {
    if (result_.scale == 0) {
      fail("half of the projects lie on the form exactly, so there is no scale for the errors of the rest");
      return;
    }
    for (std::size_t i = 0; i < result_.robust.size(); ++i) {
      const double size = std::abs(result_.errors[i]) / result_.scale;
      result_.robust[i] = size <= options_.huber ? 1 : std::sqrt(options_.huber / size);
    }
  }

  void take_pseudo_values() {
    double inside = 0;
    for (const double weight : result_.robust) inside += weight == 1;
    const double mean_slope = inside / static_cast<double>(result_.robust.size());
    for (std::size_t i = 0; i < result_.robust.size(); ++i) {
      const double most = options_.huber * result_.scale, psi = std::clamp(result_.errors[i], -most, most);
      result_.response[i] = values_[i] + psi / mean_slope / result_.weight[i];
    }
  }

  const Projects& projects_;
  Form form_;
  const ProjectFitOptions& options_;
  std::vector<double> values_;
  Reweighted result_;
};

}  // namespace

Reweighted reweight(const Projects& projects, Form form, const ProjectFitOptions& options) {
  return Reweighting(projects, form, options).run();
}

}  // namespace daybreak::finance
