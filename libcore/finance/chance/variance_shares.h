#pragma once
// Whose uncertainty a result's uncertainty is: Sobol's indices.
#include <cstdint>
#include <vector>

#include "libcore/base/stop.h"
#include "libcore/finance/chance/cases.h"
#include "libcore/finance/chance/evaluation.h"
#include "libcore/finance/chance/monte_carlo.h"

namespace daybreak::finance {

/// A model's results for two independent sets of cases, and for the first with one input at a time out of the second.
struct SwappedResults {
  std::vector<double> a, b;              // [cases]
  std::vector<std::vector<double>> ab;   // [inputs][cases]: a, with that input of b
};

/// Shares of the variance of the result, with the 95 % interval that the bootstrap of the cases gives.
struct VarianceShare {
  Estimate first;  // due to the input alone
  Estimate total;  // due to it and whatever it works together with
};

/// The first index by Saltelli et al. 2010 ("Variance based sensitivity analysis of model output", table 2, formula b), the total one
/// by Jansen 1999 (formula f), over the variance of a and b together; results are taken from their mean. The bootstrap draws cases
/// `resamples` times. [inputs]; empty where a result is not finite, or all are the same. The same for any number of threads.
std::vector<VarianceShare> variance_shares(const SwappedResults& results, std::int64_t resamples, std::uint64_t seed, unsigned threads,
                                           const StopToken& stop);

/// The results at Sobol points of twice as many dimensions as there are inputs that are no constants: cases * (inputs + 2) evaluations. ab
/// has one entry for each of these inputs. Errors as UnitPoints.
SwappedResults swapped_results(const std::vector<NamedDistribution>& inputs, const Evaluation& evaluation, std::int64_t cases,
                               std::uint64_t seed, unsigned threads, const StopToken& stop);

}  // namespace daybreak::finance
