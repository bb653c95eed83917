#pragma once
// Within this room: the operations of the short suite.
#include "libcore/device/conformance.h"

namespace daybreak::device::conformance {

/// one: a single element; odd: primes; usual: a multiple of everything; large: to be timed, too large for a cache.
enum class Size { one, odd, usual, large };

/// Elements of the largest operand of a large call that is bound by memory.
inline constexpr std::int64_t kLargeElements = 2048 * 1024;

/// One operation: how a case of it is built.
struct Operation {
  const char* name;
  daybreak_op op;
  Case (*build)(daybreak_dtype type, Size size);
  /// Multiplications and additions of a large call; 0: it is bound by memory.
  double large_flops;
};
const std::vector<Operation>& operations();

}  // namespace daybreak::device::conformance
