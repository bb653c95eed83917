#include "libcore/finance/model/arithmetic.h"

namespace daybreak::finance {

double apply(Operation operation, double a, double b, double c) {
  const auto compared = [&](bool holds) { return (holds ? 1.0 : 0.0) + (not_finite(a) + not_finite(b)); };
  switch (operation) {
    case Operation::negate: return -a;
    case Operation::add: return a + b;
    case Operation::subtract: return a - b;
    case Operation::multiply: return a * b;
    case Operation::divide: return finite_quotient(a, b);
    case Operation::power: return finite_power(a, b);
    case Operation::minimum: return finite_minimum(a, b);
    case Operation::maximum: return finite_maximum(a, b);
    case Operation::exp: return finite_exp(a);
    case Operation::log: return finite_log(a);
    case Operation::choose: return chosen(a, b, c);
    case Operation::less: return compared(a < b);
    case Operation::less_equal: return compared(a <= b);
    case Operation::greater: return compared(a > b);
    case Operation::greater_equal: return compared(a >= b);
    case Operation::equal: return compared(a == b);
    case Operation::not_equal: return compared(a != b);
    case Operation::number:
    case Operation::name: break;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace daybreak::finance
