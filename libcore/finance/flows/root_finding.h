#pragma once
// One root of a continuous function between two places where its sign differs.
#include <functional>

namespace daybreak::finance {

/// Brent's method (Algorithms for Minimization without Derivatives, 1973, chapter 4) to the last bits of long double.
/// f(low) and f(high) differ in sign or one of them is 0.
long double root_between(const std::function<long double(long double)>& f, long double low, long double high);

}  // namespace daybreak::finance
