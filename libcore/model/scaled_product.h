#pragma once
// Products whose operands are rounded to 8 bits: brought into that format's range first.
#include <cstdint>

#include "libcore/device/device.h"
#include "libcore/model/arena.h"

namespace daybreak::model {

bool is_f8(daybreak_dtype type);

/// float32 memory for the two scaled operands of the largest product in F8.
struct OperandScratch {
  View a, b;
};

/// device.gemm(product). Where it computes in F8, each operand is first multiplied by the power of two that brings its
/// largest magnitude just under the format's largest number, and alpha undoes it: scaling by tensor from current values
/// (Micikevicius et al., "FP8 Formats for Deep Learning", 2022, section 3.1). Powers of two round nothing themselves.
/// name: what it is called by OperationTimes.
void multiply(device::Device& device, daybreak_gemm product, const OperandScratch& scratch, const char* name);

}  // namespace daybreak::model
