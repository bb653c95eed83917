#pragma once
// The operations of expressions on blocks of rows.
#include <cstddef>

#include "libcore/finance/model/expression.h"

namespace daybreak::finance {

/// Rows at a time; a few dozen blocks fit the nearest cache.
constexpr std::size_t kBlockRows = 128;

/// target, a, b, c: [kBlockRows], operands that the operation does not take are not read. target is none of the others.
using BlockOperation = void (*)(double* target, const double* a, const double* b, const double* c);

/// Of any operation but number and name.
BlockOperation block_operation(Operation operation);

/// a * b + c, rounded twice.
void multiply_add_block(double* target, const double* a, const double* b, const double* c);

}  // namespace daybreak::finance
