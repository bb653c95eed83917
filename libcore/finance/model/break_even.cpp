#include "libcore/finance/model/break_even.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/finance/model/model_inputs.h"

namespace daybreak::finance {
namespace {

constexpr std::size_t kReplicates = 16, kAll = kReplicates;
constexpr std::size_t kSteps = 4096, kLossSteps = 256;
constexpr double kFarther = 100;  // ranges on each side
constexpr double kEdge = 0.001;   // of a distribution, on each side

/// The value below which a share of the results lies, between two of them in proportion. NaN where one is.
double quantile_of(std::vector<double> results, double share) {
  for (const double result : results)
    if (!std::isfinite(result)) return NAN;
  const double place = std::clamp(share * static_cast<double>(results.size()) - 0.5, 0.0, static_cast<double>(results.size() - 1));
  const auto lower = static_cast<std::ptrdiff_t>(place);
  const auto at = results.begin() + lower;
  std::nth_element(results.begin(), at, results.end());
  const double next = at + 1 == results.end() ? *at : *std::min_element(at + 1, results.end());
  return *at + (next - *at) * (place - static_cast<double>(lower));
}

}  // namespace

Goal parse_goal(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos)
    throw usage_error("expected a goal such as npv=0, irr=0.2, payback=3 or loss=0.05, found '" + text + "'");
  const Goal goal{text.substr(0, equals), parse_real(text.substr(equals + 1))};
  if (goal.is_loss() && !(goal.value > 0 && goal.value < 1))
    throw usage_error("loss: expected a probability between 0 and 1, found '" + text.substr(equals + 1) + "'");
  return goal;
}

std::pair<double, double> usual_range(const Distribution& distribution) {
  if (distribution.is_constant()) {
    const double value = distribution.mean();
    if (value == 0) return {-1, 1};
    return {std::min(0.0, 10 * value), std::max(0.0, 10 * value)};
  }
  const double low = distribution.quantile(kEdge), high = distribution.quantile(1 - kEdge), span = high - low;
  return {low >= 0 ? std::max(0.0, low - span) : low - span, high <= 0 ? std::min(0.0, high + span) : high + span};
}

BreakEvenSearch::BreakEvenSearch(const Model& model, const BreakEvenRequest& request)
    : model_(model), request_(request), input_(model.input(request.input)), row_(model.means()), wanted_(request.goal.value) {
  const std::size_t rate = model_.input(kDiscountRate);
  const bool of_rate = request_.goal.of == "irr";
  if (of_rate && input_ == rate)
    throw usage_error("the rate of return does not depend on the discount rate", "ask for npv=0, which gives that rate");
  if (request_.range && !(request_.range->first < request_.range->second)) throw usage_error("expected a range with the lower end first");
  evaluation_ = model_.evaluation(of_rate || request_.goal.is_loss() ? "npv" : request_.goal.of);
  if (of_rate) {
    if (!(wanted_ > -1)) throw usage_error("irr: expected a rate above -1");
    row_[rate] = wanted_ / model_.inputs()[rate].scale;
    wanted_ = 0;
  }
  if (request_.goal.is_loss())
    draw_others();
  else if (const auto uncertain = uncertain_names(); !uncertain.empty())
    notes_.push_back("at their means: " + uncertain);
}

std::string BreakEvenSearch::uncertain_names() const {
  std::string names;
  for (std::size_t i = 0; i < model_.inputs().size(); ++i)
    if (i != input_ && !model_.inputs()[i].distribution.is_constant()) names += (names.empty() ? "" : ", ") + model_.inputs()[i].name;
  return names;
}

void BreakEvenSearch::draw_others() {
  std::vector<NamedDistribution> inputs;
  for (const ModelInput& input : model_.inputs()) inputs.push_back({input.name, input.distribution});
  inputs[input_].distribution = constant(row_[input_]);
  if (uncertain_inputs(inputs).empty())
    throw usage_error("loss: no other input is uncertain, so that there is no probability", "ask for npv=0");
  std::vector<RankCorrelation> correlations;
  for (const RankCorrelation& pair : model_.correlations()) {
    if (pair.first != input_ && pair.second != input_)
      correlations.push_back(pair);
    else if (notes_.empty())
      notes_.push_back("correlations of " + request_.input + " are left out, for it is set");
  }
  const CaseSource source(inputs, GaussianCopula(inputs, correlations, false), Sampler::sobol, request_.cases, request_.seed);
  drawn_.resize(inputs.size());
  for (std::size_t r = 0; r < kReplicates; ++r) {
    const UnitReplicate replicate = source.points().replicate(r);
    for (std::size_t b = 0; b < source.points().blocks(); ++b) {
      CaseBlock block = source.block(replicate, b);
      for (std::size_t i = 0; i < inputs.size(); ++i) drawn_[i].insert(drawn_[i].end(), block.column(i).begin(), block.column(i).end());
    }
  }
}

/// Of all replicates, or of one.
double BreakEvenSearch::percentile_at(double x, std::size_t replicate) const {
  const auto cases = static_cast<std::size_t>(request_.cases);
  const std::size_t first = replicate == kAll ? 0 : replicate * cases, count = replicate == kAll ? kReplicates * cases : cases;
  const std::vector<double> same(count, x);
  std::vector<std::span<const double>> columns;
  for (const std::vector<double>& column : drawn_) columns.push_back(std::span(column).subspan(first, count));
  columns[input_] = same;
  std::vector<double> results(count);
  evaluation_(columns, results);
  return quantile_of(std::move(results), request_.goal.value);
}

void BreakEvenSearch::goal_at(std::span<const double> x, std::span<double> y) const {
  std::vector<std::vector<double>> values;
  for (const double value : row_) values.emplace_back(x.size(), value);
  std::vector<std::span<const double>> columns(values.begin(), values.end());
  columns[input_] = x;
  evaluation_(columns, y);
  for (double& one : y) one -= wanted_;
}

Curve BreakEvenSearch::curve(const StopToken& stop) const {
  return [this, &stop](std::span<const double> x, std::span<double> y) {
    stop.check();
    if (!request_.goal.is_loss()) return goal_at(x, y);
    for (std::size_t i = 0; i < x.size(); ++i) {
      stop.check();
      y[i] = percentile_at(x[i], kAll);
    }
  };
}

std::string BreakEvenSearch::curve_name() const {
  if (request_.goal.is_loss()) return "percentile " + io::Json(100 * request_.goal.value).dump() + " of npv";
  if (request_.goal.of == "irr") return "npv at " + io::Json(100 * request_.goal.value).dump() + " %";
  return request_.goal.of + (wanted_ == 0 ? "" : " - " + io::Json(wanted_).dump());
}

std::string BreakEvenSearch::curve_unit() const {
  const bool money = request_.goal.is_loss() || request_.goal.of == "irr";
  return money ? model_.money_unit() : model_.output(request_.goal.of).unit;
}

std::vector<Crossing> BreakEvenSearch::search_outside(const Curve& curve, std::pair<double, double> range) const {
  const auto [low, high] = range;
  const double span = high - low;
  const std::size_t steps = request_.goal.is_loss() ? kLossSteps : kSteps;
  std::vector<Crossing> found;
  // An input that is never negative is not tried below zero.
  if (low != 0) found = find_crossings(curve, low > 0 ? 0 : low - kFarther * span, low, steps).all;
  if (high != 0) {
    const auto above = find_crossings(curve, high, high < 0 ? 0 : high + kFarther * span, steps).all;
    found.insert(found.end(), above.begin(), above.end());
  }
  return found;
}

double BreakEvenSearch::standard_error(const Crossing& crossing, double span) const {
  double sum = 0, squares = 0;
  for (std::size_t r = 0; r < kReplicates; ++r) {
    const double one = percentile_at(crossing.from, r);
    sum += one;
    squares += one * one;
  }
  const double mean = sum / kReplicates, variance = std::max(0.0, squares / kReplicates - mean * mean) / (kReplicates - 1);
  const double step = 1e-3 * span;
  const double slope = (percentile_at(crossing.from + step, kAll) - percentile_at(crossing.from - step, kAll)) / (2 * step);
  return std::sqrt(variance) / std::abs(slope);
}

BreakEven BreakEvenSearch::run(const StopToken& stop) const {
  const Curve searched = curve(stop);
  const auto range = request_.range.value_or(usual_range(model_.inputs()[input_].distribution));
  const std::size_t steps = request_.goal.is_loss() ? kLossSteps : kSteps;
  BreakEven result{range, find_crossings(searched, range.first, range.second, steps), {}, {}, notes_, row_[input_]};
  if (result.within.all.empty()) result.outside = search_outside(searched, range);
  if (request_.goal.is_loss())
    for (const Crossing& crossing : result.within.all)
      result.standard_errors.push_back(standard_error(crossing, range.second - range.first));
  return result;
}

}  // namespace daybreak::finance
