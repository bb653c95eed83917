#pragma once
// Inputs whose ranks are correlated: a Gaussian copula.
#include <span>
#include <string>
#include <vector>

#include "libcore/finance/chance/distribution.h"
#include "libcore/finance/chance/rank_correlation.h"
#include "libcore/finance/chance/symmetric_matrix.h"

namespace daybreak::finance {

/// An input of a model under its name.
struct NamedDistribution {
  std::string name;
  Distribution distribution;
};

/// Normal deviates with the correlation 2 sin(pi rho / 6), for which ranks are correlated by rho (Pearson 1907), that give the
/// inputs their ranks. Inputs in no correlation stay apart.
class GaussianCopula {
 public:
  /// Each pair of different inputs, which are no constants, at most once, with a correlation within -1 .. 1. Error (data): correlations
  /// that no joint law has, with the eigenvalue that shows it and the inputs that it is about, unless `nearest` asks for the nearest ones
  /// that can be.
  GaussianCopula(std::span<const NamedDistribution> inputs, std::span<const RankCorrelation> correlations, bool nearest);

  /// Places of the inputs that take part, ascending.
  const std::vector<std::size_t>& members() const { return members_; }
  /// The rank correlation that is in force between two members, by their places.
  double between(std::size_t first, std::size_t second) const;
  /// How far the nearest correlations are from the given ones, at most; 0 where these can be.
  double largest_change() const { return largest_change_; }

  /// Independent standard normal deviates into correlated ones, in place: z: [members][cases].
  void correlate(std::span<const std::span<double>> z) const;

 private:
  std::size_t number(std::size_t place) const;

  std::vector<std::size_t> members_;
  SymmetricMatrix matrix_{0, {}};
  std::vector<double> lower_;
  double largest_change_ = 0;
};

}  // namespace daybreak::finance
