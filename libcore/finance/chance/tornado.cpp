#include "libcore/finance/chance/tornado.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "libcore/base/error.h"
#include "libcore/base/parse.h"
#include "libcore/finance/chance/cases.h"
#include "libcore/finance/chance/percentile_name.h"

namespace daybreak::finance {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// One row several times over.
CaseBlock rows_of(std::span<const double> row, std::size_t times) {
  CaseBlock block(row.size(), times);
  for (std::size_t i = 0; i < row.size(); ++i) std::fill(block.column(i).begin(), block.column(i).end(), row[i]);
  return block;
}

std::vector<double> results_of(const Evaluation& evaluation, const CaseBlock& block) {
  std::vector<double> results(block.cases());
  evaluation(block.columns(), results);
  return results;
}

double chance_named(const std::string& text) {
  const double chance = named_percentile(text).value_or(kNone);
  return chance > 0 && chance < 1 ? chance : kNone;
}

Influence influence_of(std::size_t input, const std::vector<double>& steps, const std::vector<double>& results) {
  Influence bar{input, steps.front(), steps.back(), results.front(), results.back(), kNone, kNone, true, 0};
  bar.undefined = static_cast<std::size_t>(std::count_if(results.begin(), results.end(), [](double one) { return !std::isfinite(one); }));
  if (bar.undefined > 0) return bar;
  const auto [least, most] = std::minmax_element(results.begin(), results.end());
  bar.least = *least;
  bar.most = *most;
  // Rounding alone is no turn.
  const double noise = 1e-12 * std::max(std::abs(*least), std::abs(*most));
  bool rises = false, falls = false;
  for (std::size_t i = 1; i < results.size(); ++i) {
    rises |= results[i] > results[i - 1] + noise;
    falls |= results[i] < results[i - 1] - noise;
  }
  bar.monotone = !(rises && falls);
  return bar;
}

bool wider(const Influence& a, const Influence& b) {
  if (a.undefined == 0 && b.undefined == 0) return a.swing() > b.swing();
  return a.undefined == 0 && b.undefined > 0;
}

}  // namespace

InputRange InputRange::parse(const std::string& text) {
  InputRange range;
  if (text.ends_with('%')) {
    const auto percent = try_parse_real(std::string_view(text).substr(0, text.size() - 1));
    if (percent && *percent > 0) return {.quantiles = false, .share = *percent / 100};
  }
  const auto colon = text.find(':');
  range.low = chance_named(text.substr(0, colon));
  range.high = colon == std::string::npos ? kNone : chance_named(text.substr(colon + 1));
  if (!(range.low < range.high))
    throw usage_error("--range: expected two percentiles such as p10:p90, or a share such as 10%, found '" + text + "'");
  return range;
}

std::vector<double> means_of(std::span<const NamedDistribution> inputs) {
  std::vector<double> row;
  for (const NamedDistribution& input : inputs) row.push_back(input.distribution.mean());
  return row;
}

double value_at(const Evaluation& evaluation, std::span<const double> row) {
  return results_of(evaluation, rows_of(row, 1))[0];
}

std::vector<Influence> tornado(std::span<const NamedDistribution> inputs, const Evaluation& evaluation, const InputRange& range) {
  constexpr std::size_t kSteps = 32;
  const std::vector<double> means = means_of(inputs);
  std::vector<Influence> bars;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Distribution& law = inputs[i].distribution;
    const double reach = range.share * std::abs(means[i]);
    if (range.quantiles ? law.is_constant() : reach == 0) continue;
    CaseBlock block = rows_of(means, kSteps + 1);
    std::vector<double> steps;
    for (std::size_t k = 0; k <= kSteps; ++k) {
      const double part = static_cast<double>(k) / kSteps;
      steps.push_back(range.quantiles ? law.quantile(range.low + (range.high - range.low) * part) : means[i] - reach + 2 * reach * part);
    }
    std::copy(steps.begin(), steps.end(), block.column(i).begin());
    bars.push_back(influence_of(i, steps, results_of(evaluation, block)));
  }
  std::stable_sort(bars.begin(), bars.end(), wider);
  return bars;
}

std::vector<Elasticity> elasticities(std::span<const NamedDistribution> inputs, const Evaluation& evaluation) {
  constexpr double kStep = 0x1p-17, kKink = 1e-3;
  const std::vector<double> means = means_of(inputs);
  std::vector<Elasticity> all;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const Distribution& law = inputs[i].distribution;
    const double scale = means[i] != 0 ? std::abs(means[i]) : law.is_constant() ? 1 : law.quantile(0.9) - law.quantile(0.1);
    const double step = scale * kStep;
    CaseBlock block = rows_of(means, 3);
    block.column(i)[0] -= step;
    block.column(i)[2] += step;
    const std::vector<double> f = results_of(evaluation, block);
    const double width = block.column(i)[2] - block.column(i)[0], left = (f[1] - f[0]) / step, right = (f[2] - f[1]) / step;
    const double slope = (f[2] - f[0]) / width;
    const bool relative = means[i] != 0 && f[1] != 0;
    all.push_back(
        {i, slope, relative ? slope * means[i] / f[1] : kNone, std::abs(right - left) > kKink * std::max(std::abs(left), std::abs(right))});
  }
  return all;
}

}  // namespace daybreak::finance
