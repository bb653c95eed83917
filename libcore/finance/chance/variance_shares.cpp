#include "libcore/finance/chance/variance_shares.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "libcore/base/for_each_index.h"
#include "libcore/base/random.h"

namespace daybreak::finance {
namespace {

/// What each case adds to the sums, case by case: [cases][width], so that a resample reads a case at once.
class Terms {
 public:
  explicit Terms(const SwappedResults& results) : inputs_(results.ab.size()), cases_(results.a.size()), width_(2 + 2 * inputs_) {
    const double middle = mean(results);
    terms_.reserve(cases_ * width_);
    for (std::size_t j = 0; j < cases_; ++j) {
      const double a = results.a[j] - middle, b = results.b[j] - middle;
      terms_.push_back(a + b);
      terms_.push_back(a * a + b * b);
      for (const std::vector<double>& swapped : results.ab) {
        const double change = swapped[j] - results.a[j];
        terms_.push_back(b * change);
        terms_.push_back(change * change / 2);
      }
    }
  }

  std::size_t cases() const { return cases_; }
  std::size_t inputs() const { return inputs_; }

  /// Indices of the cases that pick(0), pick(1), ... name: first and total of each input in turn.
  template <class Pick>
  std::vector<double> indices(Pick pick) const {
    std::vector<double> sums(width_);
    for (std::size_t j = 0; j < cases_; ++j) {
      const double* own = &terms_[pick(j) * width_];
      for (std::size_t k = 0; k < width_; ++k) sums[k] += own[k];
    }
    const auto count = static_cast<double>(cases_);
    const double middle = sums[0] / (2 * count), variance = sums[1] / (2 * count) - middle * middle;
    std::vector<double> all;
    for (std::size_t k = 2; k < width_; ++k) all.push_back(sums[k] / count / variance);
    return all;
  }

 private:
  static double mean(const SwappedResults& results) {
    const auto sum = [](const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); };
    double all = sum(results.a) + sum(results.b);
    for (const std::vector<double>& one : results.ab) all += sum(one);
    return all / static_cast<double>(results.a.size() * (2 + results.ab.size()));
  }

  std::size_t inputs_, cases_, width_;
  std::vector<double> terms_;
};

bool varies(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [&](double one) { return one != values[0]; });
}

bool usable(const SwappedResults& results) {
  const auto finite = [](const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [](double one) { return std::isfinite(one); });
  };
  return finite(results.a) && finite(results.b) && std::all_of(results.ab.begin(), results.ab.end(), finite) &&
         (varies(results.a) || varies(results.b));
}

/// `value`, with the deviation of its resamples, which stand in column k.
Estimate with_bootstrap(double value, const std::vector<std::vector<double>>& resamples, std::size_t k) {
  constexpr double kNormal95 = 1.959963984540054;
  double sum = 0, squares = 0;
  for (const std::vector<double>& one : resamples) sum += one[k];
  const double middle = sum / static_cast<double>(resamples.size());
  for (const std::vector<double>& one : resamples) squares += (one[k] - middle) * (one[k] - middle);
  const double error = std::sqrt(squares / static_cast<double>(resamples.size() - 1));
  return {value, error, value - kNormal95 * error, value + kNormal95 * error};
}

}  // namespace

std::vector<VarianceShare> variance_shares(const SwappedResults& results, std::int64_t count, std::uint64_t seed, unsigned threads,
                                           const StopToken& stop) {
  if (!usable(results)) return {};
  constexpr std::uint64_t kBootstrap = std::uint64_t{1} << 63;  // streams that no sampler uses
  const Terms terms(results);
  std::vector<std::vector<double>> resamples(static_cast<std::size_t>(count));
  for_each_index(resamples.size(), threads, [&](std::size_t r) {
    stop.check();
    RandomStream random(seed, kBootstrap | r);
    resamples[r] = terms.indices([&](std::size_t) { return static_cast<std::size_t>(random.below(terms.cases())); });
  });
  const std::vector<double> own = terms.indices([](std::size_t j) { return j; });
  std::vector<VarianceShare> shares;
  for (std::size_t i = 0; i < terms.inputs(); ++i)
    shares.push_back({with_bootstrap(own[2 * i], resamples, 2 * i), with_bootstrap(own[2 * i + 1], resamples, 2 * i + 1)});
  return shares;
}

SwappedResults swapped_results(const std::vector<NamedDistribution>& inputs, const Evaluation& evaluation, std::int64_t cases,
                               std::uint64_t seed, unsigned threads, const StopToken& stop) {
  std::vector<NamedDistribution> twice(inputs);
  twice.insert(twice.end(), inputs.begin(), inputs.end());
  const CaseSource source(std::move(twice), GaussianCopula({}, {}, false), Sampler::sobol, cases, seed);
  const UnitReplicate replicate = source.points().replicate(0);
  const std::vector<std::size_t> uncertain = uncertain_inputs(inputs);
  const auto count = static_cast<std::size_t>(cases), all = inputs.size();
  SwappedResults results{std::vector<double>(count), std::vector<double>(count), std::vector(uncertain.size(), std::vector<double>(count))};
  for_each_index(source.points().blocks(), threads, [&](std::size_t number) {
    stop.check();
    const CaseBlock block = source.block(replicate, number);
    const auto columns = block.columns();
    const auto part = [&](std::vector<double>& whole) { return std::span(whole).subspan(number * kCasesABlock, block.cases()); };
    std::vector<std::span<const double>> a(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(all));
    evaluation(a, part(results.a));
    evaluation(std::span(columns).subspan(all), part(results.b));
    for (std::size_t i = 0; i < uncertain.size(); ++i) {
      const auto own = a[uncertain[i]];
      a[uncertain[i]] = columns[all + uncertain[i]];
      evaluation(a, part(results.ab[i]));
      a[uncertain[i]] = own;
    }
  });
  return results;
}

}  // namespace daybreak::finance
