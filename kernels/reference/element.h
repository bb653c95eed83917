#pragma once
// Reading and writing one element of any type as a double.
#include <cstdint>
#include <initializer_list>

#include "kernels/common/formats.h"
#include "kernels/device.h"
#include "kernels/chip/operation.h"

namespace daybreak::kernels::reference {

/// This chip has no other layout. Throws Refusal.
inline void require_row_major(std::initializer_list<daybreak_layout> layouts) {
  for (const daybreak_layout layout : layouts)
    if (layout != DAYBREAK_ROW_MAJOR) throw Refusal{DAYBREAK_UNSUPPORTED, "there are no packed layouts"};
}

inline double load(const void* buffer, daybreak_dtype type, int64_t index) {
  switch (type) {
    case DAYBREAK_F32: return static_cast<const float*>(buffer)[index];
    case DAYBREAK_F64: return static_cast<const double*>(buffer)[index];
    case DAYBREAK_BF16: return decode<Bf16>(static_cast<const uint16_t*>(buffer)[index]);
    case DAYBREAK_F16: return decode<F16>(static_cast<const uint16_t*>(buffer)[index]);
    case DAYBREAK_F8_E4M3: return decode<F8E4m3>(static_cast<const uint8_t*>(buffer)[index]);
    case DAYBREAK_F8_E5M2: return decode<F8E5m2>(static_cast<const uint8_t*>(buffer)[index]);
    default: throw Refusal{DAYBREAK_UNSUPPORTED, "operands must be real numbers"};
  }
}

inline void store(void* buffer, daybreak_dtype type, int64_t index, double value) {
  switch (type) {
    case DAYBREAK_F32: static_cast<float*>(buffer)[index] = static_cast<float>(value); return;
    case DAYBREAK_F64: static_cast<double*>(buffer)[index] = value; return;
    case DAYBREAK_BF16: static_cast<uint16_t*>(buffer)[index] = encode<Bf16>(value); return;
    case DAYBREAK_F16: static_cast<uint16_t*>(buffer)[index] = encode<F16>(value); return;
    case DAYBREAK_F8_E4M3: static_cast<uint8_t*>(buffer)[index] = encode<F8E4m3>(value); return;
    case DAYBREAK_F8_E5M2: static_cast<uint8_t*>(buffer)[index] = encode<F8E5m2>(value); return;
    default: throw Refusal{DAYBREAK_UNSUPPORTED, "operands must be real numbers"};
  }
}

/// `value` as `type` can hold it.
inline double round_to_type(double value, daybreak_dtype type) {
  switch (type) {
    case DAYBREAK_F32: return static_cast<float>(value);
    case DAYBREAK_F64: return value;
    case DAYBREAK_BF16: return round_to<Bf16>(value);
    case DAYBREAK_F16: return round_to<F16>(value);
    case DAYBREAK_F8_E4M3: return round_to<F8E4m3>(value);
    case DAYBREAK_F8_E5M2: return round_to<F8E5m2>(value);
    default: throw Refusal{DAYBREAK_UNSUPPORTED, "products are of real numbers"};
  }
}

}  // namespace daybreak::kernels::reference
