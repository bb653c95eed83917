#include "libcore/finance/chance/law.h"

#include "libcore/finance/chance/normal_law.h"

namespace daybreak::finance {

void Law::quantiles(std::span<const double> p, std::span<double> x) const {
  for (std::size_t i = 0; i < p.size(); ++i) x[i] = quantile({p[i], 1 - p[i]});
}

void Law::from_normal(std::span<const double> z, std::span<double> x) const {
  for (std::size_t i = 0; i < z.size(); ++i) x[i] = quantile(normal_chance(z[i]));
}

}  // namespace daybreak::finance
