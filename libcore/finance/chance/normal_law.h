#pragma once
// The standard normal law.
#include <span>

#include "libcore/finance/chance/law.h"

namespace daybreak::finance {

/// The chances that a standard normal deviate is at most z, and above it.
Chance normal_chance(double z);

/// The deviate of those chances, to 1e-15 relative (Wichura 1988, algorithm AS 241, PPND16).
double normal_quantile(Chance p);
/// The same of many: p, z: [cases], which may be the same, p within (0, 1).
void normal_quantiles(std::span<const double> p, std::span<double> z);

/// exp(mu + sigma z) to 1 unit in the last place, of exponents within -700 .. 700: z, x: [cases], which may be the same.
void exponentials(std::span<const double> z, double mu, double sigma, std::span<double> x);

}  // namespace daybreak::finance
