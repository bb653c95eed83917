#pragma once
// What is known of an uncertain number. Every law is drawn by its inverse distribution function, so that points that fill
// the unit cube evenly stay even, and so that inputs can be correlated by their ranks.
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libcore/finance/chance/law.h"
#include "libcore/io/csv.h"
#include "libcore/io/json.h"

namespace daybreak::finance {

/// A law of chance on the reals. Immutable, cheap to copy. All functions are reentrant.
class Distribution {
 public:
  explicit Distribution(std::shared_ptr<const Law> law) : law_(std::move(law)) {}

  /// The least x with cdf(x) >= p, for p in (0, 1).
  double quantile(double p) const { return law_->quantile({p, 1 - p}); }
  /// The chance of at most x.
  double cdf(double x) const { return law_->distribution(x).below; }
  double mean() const { return law_->mean(); }
  /// True where there is no chance about it.
  bool is_constant() const { return law_->is_constant(); }

  /// quantile() of many: p, x: [cases], which may be the same.
  void quantiles(std::span<const double> p, std::span<double> x) const { law_->quantiles(p, x); }
  /// The values that have the ranks of values z of a standard normal deviate: z, x: [cases], which may be
  /// the same.
  void from_normal(std::span<const double> z, std::span<double> x) const { law_->from_normal(z, x); }
  const Law& law() const { return *law_; }

 private:
  std::shared_ptr<const Law> law_;
};

// The laws. All throw Error (data), without a place, for parameters that are not finite or make no law.

Distribution constant(double value);
/// sd > 0.
Distribution normal(double mean, double sd);
/// exp(normal(mu, sigma)), sigma > 0.
Distribution lognormal(double mu, double sigma);
/// low < high.
Distribution uniform(double low, double high);
/// low <= mode <= high, low < high.
Distribution triangular(double low, double mode, double high);
/// Density x^(alpha-1) (1-x)^(beta-1) on 0..1, stretched over low..high; alpha, beta > 0.
Distribution beta(double alpha, double beta, double low = 0, double high = 1);
/// Malcolm, Roseboom, Clark and Fazar 1959, as generalized by Vose: the beta law on low..high of mean
/// (low + shape * mode + high) / (shape + 2); shape > 0, 4 in the original.
Distribution pert(double low, double mode, double high, double shape = 4);
/// values[i] with the chance weights[i]; these are at least 0 and sum to 1 (to 1e-9, then scaled).
Distribution discrete(std::vector<double> values, std::vector<double> weights);
/// Any of the values with the same chance.
Distribution empirical(std::vector<double> values);
/// The law given that the value lies in low..high.
Distribution truncated(const Distribution& whole, double low, double high);

/// Gives the table of a file that a description names.
using ReadTable = std::function<io::CsvTable(const std::string& file)>;

/// Reads {"type":"normal","mean":5,"sd":1} and its like as daybreak-formats(5) describes them, and a bare number as a
/// constant. Error (data) with the place. `where` names the file and the input; without `table` a law out of a file is refused.
Distribution read_distribution(const io::Json& description, const std::string& where, const ReadTable& table = {});

}  // namespace daybreak::finance
