#include "libcore/finance/chance/copula.h"

#include <algorithm>
#include <cmath>

#include "libcore/base/error.h"
#include "libcore/base/joined.h"

namespace daybreak::finance {
namespace {

constexpr double kPi = 3.14159265358979323846;
/// Correlations of 1 make eigenvalues of 0, which rounding turns into less.
constexpr double kLeastEigenvalue = -1e-10;

double of_ranks(double rho) {
  return 2 * std::sin(kPi * rho / 6);
}
double to_ranks(double correlation) {
  return 6 / kPi * std::asin(correlation / 2);
}

/// The inputs that a direction is mostly about.
std::string names_along(const std::vector<double>& direction, std::span<const NamedDistribution> inputs,
                        const std::vector<std::size_t>& members) {
  constexpr double kNoticed = 0.1;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < members.size(); ++i)
    if (std::abs(direction[i]) >= kNoticed) names.push_back("'" + inputs[members[i]].name + "'");
  return joined(names);
}

}  // namespace

GaussianCopula::GaussianCopula(std::span<const NamedDistribution> inputs, std::span<const RankCorrelation> correlations, bool nearest) {
  for (const RankCorrelation& pair : correlations) {
    members_.push_back(pair.first);
    members_.push_back(pair.second);
  }
  std::sort(members_.begin(), members_.end());
  members_.erase(std::unique(members_.begin(), members_.end()), members_.end());
  matrix_ = SymmetricMatrix::identity(members_.size());
  for (const RankCorrelation& pair : correlations) matrix_.set(number(pair.first), number(pair.second), of_ranks(pair.value));
  if (const Eigen parts = eigen(matrix_); !members_.empty() && parts.values[0] < kLeastEigenvalue) {
    if (!nearest)
      throw data_error({},
                       "the correlations of " + names_along(parts.vectors[0], inputs, members_) +
                           " contradict each other: their matrix has the eigenvalue " + io::Json(parts.values[0]).dump() +
                           ", and none may be below 0",
                       "weaken them, or take the nearest ones that can be with --nearest-psd");
    matrix_ = nearest_correlation(matrix_);
    for (const RankCorrelation& pair : correlations)
      largest_change_ = std::max(largest_change_, std::abs(between(pair.first, pair.second) - pair.value));
  }
  lower_ = cholesky(matrix_);
}

std::size_t GaussianCopula::number(std::size_t place) const {
  return static_cast<std::size_t>(std::lower_bound(members_.begin(), members_.end(), place) - members_.begin());
}

double GaussianCopula::between(std::size_t first, std::size_t second) const {
  return to_ranks(matrix_.at(number(first), number(second)));
}

void GaussianCopula::correlate(std::span<const std::span<double>> z) const {
  const std::size_t n = members_.size();
  for (std::size_t i = n; i-- > 0;) {  // from the last: those before are still independent
    const double own = lower_[i * n + i];
    for (double& value : z[i]) value *= own;
    for (std::size_t k = 0; k < i; ++k) {
      const double share = lower_[i * n + k];
      if (share == 0) continue;
      for (std::size_t c = 0; c < z[i].size(); ++c) z[i][c] += share * z[k][c];
    }
  }
}

}  // namespace daybreak::finance
