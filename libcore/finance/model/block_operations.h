#pragma once
// The operations of expressions on blocks of rows.
#include <cstddef>

#include "libcore/base/long_vectors.h"
#include "libcore/finance/model/expression.h"

namespace daybreak::finance {

/// Rows at a time; a few dozen blocks fit the nearest cache.
constexpr std::size_t kBlockRows = 128;

/// target, a, b, c: [kBlockRows], operands that the operation does not take are not read. target is none of the others.
using BlockOperation = void (*)(double* target, const double* a, const double* b, const double* c);

/// Of any operation but number and name. long_vectors only where has_long_vectors().
BlockOperation block_operation(Operation operation, bool long_vectors);

/// A product and a sum in one, rounded twice as if they were two.
struct ProductOperations {
  BlockOperation add;       // a * b + c
  BlockOperation subtract;  // a * b - c
  BlockOperation from;      // c - a * b
};
const ProductOperations& product_operations(bool long_vectors);

}  // namespace daybreak::finance
