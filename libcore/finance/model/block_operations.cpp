#include "libcore/finance/model/block_operations.h"

#include "libcore/finance/model/arithmetic.h"

namespace daybreak::finance {
namespace {

constexpr std::size_t kUnrolled = 8;
static_assert(kBlockRows % kUnrolled == 0);

/// Unrolled by hand, for g++ leaves a loop of one vector operation alone, and half the time would go into counting.
struct PlainLoop {
  template <class Each>
  static void run(double* __restrict target, const Each& each) {
    for (std::size_t first = 0; first < kBlockRows; first += kUnrolled)
      for (std::size_t row = first; row < first + kUnrolled; ++row) target[row] = each(row);
  }
};

#ifdef __x86_64__
/// The same operations on vectors twice as long, so the same results.
struct Avx2Loop {
  template <class Each>
  DAYBREAK_LONG_VECTORS static void run(double* __restrict target, const Each& each) {
    for (std::size_t first = 0; first < kBlockRows; first += kUnrolled)
      for (std::size_t row = first; row < first + kUnrolled; ++row) target[row] = each(row);
  }
};
#endif

// On the lambda that is the body of a loop, so that it becomes a part of it.
#define BODY __attribute__((always_inline))

/// A block operation that computes each row from those of a, b and c.
#define OPERATION(name, result)                                                         \
  static void name(double* target, const double* a, const double* b, const double* c) { \
    static_cast<void>(b), static_cast<void>(c);                                         \
    Loop::run(target, [=](std::size_t i) BODY { return result; });                      \
  }
#define COMPARISON(name, sign) OPERATION(name, (a[i] sign b[i] ? 1.0 : 0.0) + (not_finite(a[i]) + not_finite(b[i])))

template <class Loop>
struct Blocks {
  OPERATION(negate, -a[i])
  OPERATION(add, a[i] + b[i])
  OPERATION(subtract, a[i] - b[i])
  OPERATION(multiply, a[i] * b[i])
  OPERATION(divide, finite_quotient(a[i], b[i]))
  OPERATION(power, finite_power(a[i], b[i]))
  OPERATION(minimum, finite_minimum(a[i], b[i]))
  OPERATION(maximum, finite_maximum(a[i], b[i]))
  OPERATION(exponential, finite_exp(a[i]))
  OPERATION(logarithm, finite_log(a[i]))
  OPERATION(choose, chosen(a[i], b[i], c[i]))
  COMPARISON(less, <)
  COMPARISON(less_equal, <=)
  COMPARISON(greater, >)
  COMPARISON(greater_equal, >=)
  COMPARISON(equal, ==)
  COMPARISON(not_equal, !=)
  OPERATION(multiply_add, a[i] * b[i] + c[i])
  OPERATION(multiply_subtract, a[i] * b[i] - c[i])
  OPERATION(subtract_product, c[i] - a[i] * b[i])

  static BlockOperation of(Operation operation) {
    switch (operation) {
      case Operation::negate: return negate;
      case Operation::add: return add;
      case Operation::subtract: return subtract;
      case Operation::multiply: return multiply;
      case Operation::divide: return divide;
      case Operation::power: return power;
      case Operation::minimum: return minimum;
      case Operation::maximum: return maximum;
      case Operation::exp: return exponential;
      case Operation::log: return logarithm;
      case Operation::choose: return choose;
      case Operation::less: return less;
      case Operation::less_equal: return less_equal;
      case Operation::greater: return greater;
      case Operation::greater_equal: return greater_equal;
      case Operation::equal: return equal;
      case Operation::not_equal: return not_equal;
      case Operation::number:
      case Operation::name: break;
    }
    return nullptr;
  }
  static constexpr ProductOperations products{multiply_add, multiply_subtract, subtract_product};
};

#undef COMPARISON
#undef OPERATION
#undef BODY

}  // namespace

BlockOperation block_operation(Operation operation, bool long_vectors) {
#ifdef __x86_64__
  if (long_vectors) return Blocks<Avx2Loop>::of(operation);
#endif
  static_cast<void>(long_vectors);
  return Blocks<PlainLoop>::of(operation);
}

const ProductOperations& product_operations(bool long_vectors) {
#ifdef __x86_64__
  if (long_vectors) return Blocks<Avx2Loop>::products;
#endif
  static_cast<void>(long_vectors);
  return Blocks<PlainLoop>::products;
}

}  // namespace daybreak::finance
