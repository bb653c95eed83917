#include "libcore/finance/chance/monte_carlo.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "libcore/base/error.h"
#include "libcore/base/for_each_index.h"
#include "libcore/base/parse.h"
#include "libcore/base/percentile.h"

namespace daybreak::finance {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kFewestReplicates = 16, kMostReplicates = 1 << 16;
constexpr std::int64_t kMostResults = std::int64_t{1} << 28;  // 2 GiB

/// `value`, with the error that its replicates show.
Estimate estimate(double value, const std::vector<double>& replicates) {
  const auto count = static_cast<double>(replicates.size());
  const double middle = std::accumulate(replicates.begin(), replicates.end(), 0.0) / count;
  double squares = 0;
  for (const double one : replicates) squares += (one - middle) * (one - middle);
  const double error = std::sqrt(squares / (count - 1) / count),
               half = error * student_95(static_cast<std::int64_t>(replicates.size()) - 1);
  return {value, error, value - half, value + half};
}

/// One statistic of all results, and of each replicate for its error.
template <class Statistic>
Estimate over_replicates(std::span<const double> results, std::size_t cases, Statistic statistic) {
  std::vector<double> replicates;
  for (std::size_t first = 0; first < results.size(); first += cases) replicates.push_back(statistic(results.subspan(first, cases)));
  return estimate(statistic(results), replicates);
}

double mean_of(std::span<const double> values) {
  long double sum = 0;
  for (const double one : values) sum += one;
  return static_cast<double>(sum / static_cast<long double>(values.size()));
}

double deviation_of(std::span<const double> values, double mean) {
  long double squares = 0;
  for (const double one : values) squares += (one - mean) * (one - mean);
  return static_cast<double>(std::sqrt(squares / static_cast<long double>(values.size() - 1)));
}

std::vector<double> percents_of(const MonteCarloOptions& options) {
  std::vector<double> percents{5, 50, 95};
  for (const std::string& text : options.percentiles) {
    const double percent = parse_real(text);
    if (!(percent > 0 && percent < 100)) throw usage_error("--percentile: expected a number between 0 and 100, found '" + text + "'");
    percents.push_back(percent);
  }
  std::sort(percents.begin(), percents.end());
  percents.erase(std::unique(percents.begin(), percents.end()), percents.end());
  return percents;
}

/// [percents]: of all results, with the errors of the replicates.
std::vector<PercentileEstimate> percentiles_of(std::span<const double> results, std::size_t cases, const std::vector<double>& percents) {
  std::vector<double> sorted(results.begin(), results.end());
  std::vector<std::vector<double>> of_replicates(percents.size());
  for (std::size_t first = 0; first < sorted.size(); first += cases) {
    const std::span<double> own = std::span(sorted).subspan(first, cases);
    std::sort(own.begin(), own.end());
    for (std::size_t p = 0; p < percents.size(); ++p) of_replicates[p].push_back(sorted_percentile(own, percents[p]));
  }
  std::sort(sorted.begin(), sorted.end());
  std::vector<PercentileEstimate> all;
  for (std::size_t p = 0; p < percents.size(); ++p)
    all.push_back({percents[p], estimate(sorted_percentile(sorted, percents[p]), of_replicates[p])});
  return all;
}

std::vector<double> evaluate_all(const CaseSource& source, const Evaluation& evaluation, std::size_t replicates, unsigned threads,
                                 const StopToken& stop) {
  const auto cases = static_cast<std::size_t>(source.points().points());
  std::vector<double> results(replicates * cases);
  for_each_index(replicates, threads, [&](std::size_t number) {
    const UnitReplicate replicate = source.points().replicate(number);
    for (std::size_t block = 0; block < source.points().blocks(); ++block) {
      stop.check();
      const CaseBlock drawn = source.block(replicate, block);
      evaluation(drawn.columns(), std::span(results).subspan(number * cases + block * kCasesABlock, drawn.cases()));
    }
  });
  return results;
}

}  // namespace

void MonteCarloOptions::declare(OptionSink& sink) {
  sink.choice("sampler", &sampler, {"sobol", "plain"}, "Even cases (scrambled Sobol points), or independent ones");
  sink.count("cases", &cases, "N", "Cases of each replicate; a power of two for Sobol points", OptionSink::Range{2, 1 << 26});
  sink.count("replicates", &replicates, "N", "Independent repetitions, which give the error bars",
             OptionSink::Range{kFewestReplicates, kMostReplicates});
  sink.real("loss-below", &loss_below, "X", "A result below X counts as a loss");
  sink.list("percentile", &percentiles, "P", "Percentile to report beside 5, 50 and 95");
  sink.flag("nearest-psd", &nearest_psd, "Replace correlations that contradict each other by the nearest that do not");
}

void MonteCarloOptions::check() const {
  if (cases * replicates > kMostResults)
    throw usage_error("--cases times --replicates: expected at most " + std::to_string(kMostResults) + ", found " +
                      std::to_string(cases * replicates));
  percents_of(*this);
}

double student_95(std::int64_t degrees) {
  const auto n = static_cast<double>(degrees);
  const double x = beta(n / 2, 0.5).quantile(0.05);  // n / (n + t^2) for the t that is exceeded on both sides with 5 %
  return std::sqrt(n * (1 - x) / x);
}

MonteCarloResult monte_carlo(const CaseSource& source, const Evaluation& evaluation, const MonteCarloOptions& options,
                             unsigned threads, const StopToken& stop) {
  MonteCarloResult result;
  result.results = evaluate_all(source, evaluation, static_cast<std::size_t>(options.replicates), threads, stop);
  for (const double one : result.results) {
    result.undefined += std::isnan(one);
    result.infinite += std::isinf(one);
  }
  const auto cases = static_cast<std::size_t>(options.cases);
  const Estimate nothing{kNone, kNone, kNone, kNone};
  const bool defined = result.undefined == 0, finite = defined && result.infinite == 0;
  result.mean = finite ? over_replicates(result.results, cases, mean_of) : nothing;
  result.standard_deviation = finite ? deviation_of(result.results, result.mean.value) : kNone;
  result.probability_of_loss = !defined ? nothing : over_replicates(result.results, cases, [&](std::span<const double> values) {
    return static_cast<double>(std::count_if(values.begin(), values.end(), [&](double one) { return one < options.loss_below; })) /
           static_cast<double>(values.size());
  });
  const std::vector<double> percents = percents_of(options);
  if (defined) result.percentiles = percentiles_of(result.results, cases, percents);
  else for (const double percent : percents) result.percentiles.push_back({percent, nothing});
  return result;
}

}  // namespace daybreak::finance
