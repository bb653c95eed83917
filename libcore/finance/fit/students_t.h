#pragma once
// Student's distribution, for intervals of fitted coefficients.
#include <cstddef>

namespace daybreak::finance {

/// The t beyond which |T| lies with probability 1 - confidence, by `degrees` >= 1 degrees of freedom; confidence in (0, 1).
/// Closed sums of Abramowitz and Stegun 26.7.3 and 26.7.4. O(degrees).
double students_t(double confidence, std::size_t degrees);

}  // namespace daybreak::finance
