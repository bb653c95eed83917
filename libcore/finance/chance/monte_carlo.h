#pragma once
// What a model comes to when its inputs are uncertain, and how sure that is.
#include <cstdint>
#include <string>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/base/stop.h"
#include "libcore/finance/chance/cases.h"

namespace daybreak::finance {

struct MonteCarloOptions {
  std::string sampler = "sobol";
  std::int64_t cases = 1 << 16;   // of each replicate
  std::int64_t replicates = 16;   // independent repetitions: how far these differ is the error
  double loss_below = 0;          // a result below this is a loss
  bool nearest_psd = false;       // correlations that contradict each other are replaced by the nearest that do not
  std::vector<std::string> percentiles = {};  // beside 5, 50 and 95

  void declare(OptionSink& sink);
  /// Error (usage) for values that do not go together; opens nothing.
  void check() const;
  Sampler kind() const { return sampler == "sobol" ? Sampler::sobol : Sampler::plain; }
};

/// A number with what is known of its error.
struct Estimate {
  double value, standard_error;
  double low, high;  // of the 95 % interval: Student's, over the replicates
};

struct PercentileEstimate {
  double percent;
  Estimate value;
};

struct MonteCarloResult {
  std::vector<double> results;  // [replicates * cases], as they were drawn
  std::size_t undefined = 0;    // of them NaN
  std::size_t infinite = 0;
  // Without a value where some results are undefined: none of them is left out in silence.
  Estimate mean, probability_of_loss;
  double standard_deviation;
  std::vector<PercentileEstimate> percentiles;
};

/// Evaluates every case and sums up. Percentiles are of all cases together (nearest rank), their errors those of the replicates'. The
/// same for any number of threads. O(replicates * cases) memory.
MonteCarloResult monte_carlo(const CaseSource& source, const Evaluation& evaluation, const MonteCarloOptions& options,
                             unsigned threads, const StopToken& stop);

/// The half width of a two-sided 95 % interval in standard errors, with so many degrees of freedom (Student 1908).
double student_95(std::int64_t degrees);

}  // namespace daybreak::finance
