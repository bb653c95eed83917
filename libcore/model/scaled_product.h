#pragma once
// Products whose operands are rounded to 8 bits: brought into that format's range first.
#include <cstdint>

#include "libcore/device/device.h"
#include "libcore/model/arena.h"

namespace daybreak::model {

bool is_f8(daybreak_dtype type);

/// Memory for the two operands of the largest product in F8 as scaled codes.
struct OperandScratch {
  View a, b;
};
/// Elements of float32 that codes and scales of an operand of `count` elements take, however these lie.
std::int64_t operand_scratch_elements(std::int64_t count);

/// The same product, in F8, of operands that have become codes whose groups have scales, powers of two from their current
/// values: 128 x 128 elements of a weight share one, 128 along the depth of every other operand (DeepSeek-V3 Technical Report,
/// 2024, section 3.3).
daybreak_gemm of_scaled_codes(device::Device& device, daybreak_gemm product, const OperandScratch& scratch);

/// device.gemm(product), of scaled codes where it computes in F8. name: what it is called by OperationTimes.
void multiply(device::Device& device, daybreak_gemm product, const OperandScratch& scratch, const char* name);

}  // namespace daybreak::model
