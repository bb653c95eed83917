#include "libcore/finance/model/block_operations.h"

#include <cmath>

#include "libcore/finance/model/arithmetic.h"

namespace daybreak::finance {
namespace {

template <class Each>
void for_rows(double* __restrict target, const Each& each) {
  for (std::size_t row = 0; row < kBlockRows; ++row) target[row] = each(row);
}

template <class Holds>
void compare(double* __restrict target, const double* a, const double* b, const Holds& holds) {
  for_rows(target, [=](std::size_t i) { return (holds(a[i], b[i]) ? 1.0 : 0.0) + (not_finite(a[i]) + not_finite(b[i])); });
}

void negate(double* __restrict target, const double* a, const double*, const double*) {
  for_rows(target, [=](std::size_t i) { return -a[i]; });
}
void add(double* __restrict target, const double* a, const double* b, const double*) {
  for_rows(target, [=](std::size_t i) { return a[i] + b[i]; });
}
void subtract(double* __restrict target, const double* a, const double* b, const double*) {
  for_rows(target, [=](std::size_t i) { return a[i] - b[i]; });
}
void multiply(double* __restrict target, const double* a, const double* b, const double*) {
  for_rows(target, [=](std::size_t i) { return a[i] * b[i]; });
}
void divide(double* __restrict target, const double* a, const double* b, const double*) {
  for_rows(target, [=](std::size_t i) { return finite_quotient(a[i], b[i]); });
}
void power(double* __restrict target, const double* a, const double* b, const double*) {
  for_rows(target, [=](std::size_t i) { return finite_power(a[i], b[i]); });
}
void minimum(double* __restrict target, const double* a, const double* b, const double*) {
  for_rows(target, [=](std::size_t i) { return finite_minimum(a[i], b[i]); });
}
void maximum(double* __restrict target, const double* a, const double* b, const double*) {
  for_rows(target, [=](std::size_t i) { return finite_maximum(a[i], b[i]); });
}
void exponential(double* __restrict target, const double* a, const double*, const double*) {
  for_rows(target, [=](std::size_t i) { return finite_exp(a[i]); });
}
void logarithm(double* __restrict target, const double* a, const double*, const double*) {
  for_rows(target, [=](std::size_t i) { return finite_log(a[i]); });
}
void choose(double* __restrict target, const double* a, const double* b, const double* c) {
  for_rows(target, [=](std::size_t i) { return chosen(a[i], b[i], c[i]); });
}
void less(double* __restrict target, const double* a, const double* b, const double*) {
  compare(target, a, b, [](double x, double y) { return x < y; });
}
void less_equal(double* __restrict target, const double* a, const double* b, const double*) {
  compare(target, a, b, [](double x, double y) { return x <= y; });
}
void greater(double* __restrict target, const double* a, const double* b, const double*) {
  compare(target, a, b, [](double x, double y) { return x > y; });
}
void greater_equal(double* __restrict target, const double* a, const double* b, const double*) {
  compare(target, a, b, [](double x, double y) { return x >= y; });
}
void equal(double* __restrict target, const double* a, const double* b, const double*) {
  compare(target, a, b, [](double x, double y) { return x == y; });
}
void not_equal(double* __restrict target, const double* a, const double* b, const double*) {
  compare(target, a, b, [](double x, double y) { return x != y; });
}

}  // namespace

BlockOperation block_operation(Operation operation) {
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

void multiply_add_block(double* __restrict target, const double* a, const double* b, const double* c) {
  for_rows(target, [=](std::size_t i) { return a[i] * b[i] + c[i]; });
}

}  // namespace daybreak::finance
