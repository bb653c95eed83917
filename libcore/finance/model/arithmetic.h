#pragma once
// What the operations of a model's expressions give: a finite number, or NaN where there is none. Sums and products may
// overflow to infinity, which every operation that could hide it turns into NaN, and so does whoever reads a result.
#include <cmath>
#include <limits>

#include "libcore/finance/model/expression.h"

namespace daybreak::finance {

/// 0 for a finite number, else NaN: added to a result, it lets no infinity pass.
inline double not_finite(double value) {
  return value - value;
}

inline double finite_quotient(double a, double b) {
  const double quotient = a / b;
  return quotient + (not_finite(quotient) + not_finite(b));
}

inline double finite_minimum(double a, double b) {
  return (b < a ? b : a) + (not_finite(a) + not_finite(b));
}

inline double finite_maximum(double a, double b) {
  return (b > a ? b : a) + (not_finite(a) + not_finite(b));
}

inline double finite_exp(double a) {
  const double value = std::exp(a);
  return value + (not_finite(value) + not_finite(a));
}

inline double finite_log(double a) {
  const double value = std::log(a);
  return value + not_finite(value);
}

inline double finite_power(double a, double b) {
  const double value = std::pow(a, b);
  return value + (not_finite(value) + not_finite(a) + not_finite(b));
}

/// What the condition chooses; the other one may be NaN.
inline double chosen(double condition, double yes, double no) {
  return not_finite(condition) == 0 ? (condition != 0 ? yes : no) : std::numeric_limits<double>::quiet_NaN();
}

/// One operation but number and name; operands that it does not take are not looked at.
double apply(Operation operation, double a, double b, double c);

}  // namespace daybreak::finance
