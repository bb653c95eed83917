#pragma once
// Buffers of any type as float32: one element, or kGroup of them at once by accesses of 16 bytes.
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <cstdint>
#include <initializer_list>
#include <type_traits>

#include "kernels/chip/operation.h"
#include "kernels/common/formats.h"
#include "kernels/device.h"

namespace daybreak::kernels::cuda {

constexpr int kGroup = 8;  // elements: 16 bytes of bf16, twice 16 of float32

/// `value`, and for NaN the sign and one code, as kernels/common/formats.h has it: the instructions know others.
__device__ __forceinline__ float decoded(float value, bool negative) {
  return value != value ? __uint_as_float(negative ? 0xffc00000u : 0x7fc00000u) : value;
}

__device__ __forceinline__ float load(const float* p) { return *p; }
__device__ __forceinline__ float load(const __nv_bfloat16* p) { return __bfloat162float(*p); }
__device__ __forceinline__ float load(const __half* p) { return decoded(__half2float(*p), __half_as_ushort(*p) >> 15 != 0); }
__device__ __forceinline__ float load(const __nv_fp8_e4m3* p) {
  return decoded(__half2float(__half(__nv_cvt_fp8_to_halfraw(p->__x, __NV_E4M3))), p->__x >> 7 != 0);
}
__device__ __forceinline__ float load(const __nv_fp8_e5m2* p) {
  return decoded(__half2float(__half(__nv_cvt_fp8_to_halfraw(p->__x, __NV_E5M2))), p->__x >> 7 != 0);
}

/// The code of NaN.
template <typename Format>
__device__ __forceinline__ typename Format::Code nan_code(float value) {
  return static_cast<typename Format::Code>(Format::kNanCode | (__float_as_uint(value) >> 31 != 0 ? Format::kSignBit : 0));
}

/// To nearest even; too large values as daybreak_cast says.
__device__ __forceinline__ void store(float* p, float value) { *p = value; }
__device__ __forceinline__ void store(__nv_bfloat16* p, float value) {
  *p = value != value ? __ushort_as_bfloat16(nan_code<Bf16>(value)) : __float2bfloat16_rn(value);
}
__device__ __forceinline__ void store(__half* p, float value) {
  *p = value != value ? __ushort_as_half(nan_code<F16>(value)) : __float2half_rn(value);
}
__device__ __forceinline__ void store(__nv_fp8_e4m3* p, float value) {
  p->__x = value != value ? nan_code<F8E4m3>(value) : __nv_cvt_float_to_fp8(value, __NV_SATFINITE, __NV_E4M3);
}
__device__ __forceinline__ void store(__nv_fp8_e5m2* p, float value) {
  p->__x = encode<F8E5m2>(value);  // the instruction knows no infinity
}

/// `value` as T can hold it.
template <typename T>
__device__ __forceinline__ float rounded(float value) {
  T kept;
  store(&kept, value);
  return load(&kept);
}

/// kGroup elements of a type that lie in `Bytes` of memory, moved 16 bytes (or all, where they are fewer) at a time.
template <typename T>
struct alignas(sizeof(T) * kGroup < 16 ? sizeof(T) * kGroup : 16) Group {
  T at[kGroup];
};

/// A buffer of a type that is known when it is compiled.
template <typename T>
struct Typed {
  T* data;
  __device__ __forceinline__ float get(int64_t i) const { return load(data + i); }
  __device__ __forceinline__ void set(int64_t i, float value) const { store(data + i, value); }
  /// `value` as the buffer keeps it.
  __device__ __forceinline__ float kept(float value) const { return rounded<T>(value); }
  /// kGroup elements from i on, a multiple of kGroup from a place that is aligned() to it.
  __device__ __forceinline__ void get_group(int64_t i, float (&values)[kGroup]) const {
    const Group<T> group = *reinterpret_cast<const Group<T>*>(data + i);
#pragma unroll
    for (int j = 0; j < kGroup; ++j) values[j] = load(&group.at[j]);
  }
  __device__ __forceinline__ void set_group(int64_t i, const float (&values)[kGroup]) const {
    Group<T> group;
#pragma unroll
    for (int j = 0; j < kGroup; ++j) store(&group.at[j], values[j]);
    *reinterpret_cast<Group<T>*>(data + i) = group;
  }
};

/// A buffer of a type that is known when it runs: slower, and one kernel for all types.
struct Any {
  void* data;
  daybreak_dtype type;

  template <typename Use>
  __device__ __forceinline__ void with(Use use) const {
    switch (type) {
      case DAYBREAK_F32: return use(static_cast<float*>(data));
      case DAYBREAK_BF16: return use(static_cast<__nv_bfloat16*>(data));
      case DAYBREAK_F16: return use(static_cast<__half*>(data));
      case DAYBREAK_F8_E4M3: return use(static_cast<__nv_fp8_e4m3*>(data));
      default: return use(static_cast<__nv_fp8_e5m2*>(data));
    }
  }
  __device__ float get(int64_t i) const {
    float value = 0;
    with([&](auto* typed) { value = load(typed + i); });
    return value;
  }
  __device__ void set(int64_t i, float value) const {
    with([&](auto* typed) { store(typed + i, value); });
  }
  __device__ float kept(float value) const {
    with([&](auto* typed) { value = rounded<std::remove_pointer_t<decltype(typed)>>(value); });
    return value;
  }
  /// The same groups as Typed's; fast for the types of parameters.
  __device__ void get_group(int64_t i, float (&values)[kGroup]) const {
    if (type == DAYBREAK_F32) return Typed<float>{static_cast<float*>(data)}.get_group(i, values);
    if (type == DAYBREAK_BF16) return Typed<__nv_bfloat16>{static_cast<__nv_bfloat16*>(data)}.get_group(i, values);
    for (int j = 0; j < kGroup; ++j) values[j] = get(i + j);
  }
  __device__ void set_group(int64_t i, const float (&values)[kGroup]) const {
    if (type == DAYBREAK_F32) return Typed<float>{static_cast<float*>(data)}.set_group(i, values);
    if (type == DAYBREAK_BF16) return Typed<__nv_bfloat16>{static_cast<__nv_bfloat16*>(data)}.set_group(i, values);
    for (int j = 0; j < kGroup; ++j) set(i + j, values[j]);
  }
};

template <typename Buffer>
constexpr bool kIsTyped = true;
template <>
constexpr bool kIsTyped<Any> = false;

/// kCount elements from i on: one, or a group as Typed says.
template <int kCount, typename Buffer>
__device__ __forceinline__ void read(const Buffer& buffer, int64_t i, float (&values)[kCount]) {
  if constexpr (kCount == 1)
    values[0] = buffer.get(i);
  else
    buffer.get_group(i, values);
}
template <int kCount, typename Buffer>
__device__ __forceinline__ void write(const Buffer& buffer, int64_t i, const float (&values)[kCount]) {
  if constexpr (kCount == 1)
    buffer.set(i, values[0]);
  else
    buffer.set_group(i, values);
}

inline bool is_real(daybreak_dtype type) {
  return type == DAYBREAK_F32 || type == DAYBREAK_BF16 || type == DAYBREAK_F16 || type == DAYBREAK_F8_E4M3 ||
         type == DAYBREAK_F8_E5M2;
}

inline std::size_t bytes_of(daybreak_dtype type) {
  return type == DAYBREAK_F32 ? 4 : type == DAYBREAK_BF16 || type == DAYBREAK_F16 ? 2 : 1;
}

/// A buffer of the host's arguments for kernels; what is only read loses its const here alone. Throws Refusal for types
/// that hold no real numbers, or none that a device computes with.
inline Any any(const void* data, daybreak_dtype type) {
  if (!is_real(type)) throw Refusal{DAYBREAK_UNSUPPORTED, "operands must be f32, bf16, f16 or f8"};
  return {const_cast<void*>(data), type};
}

/// `buffer` in the way of another buffer of its type.
template <typename T>
Typed<T> like(const Typed<T>&, const Any& buffer) {
  return {static_cast<T*>(buffer.data)};
}
inline Any like(const Any&, const Any& buffer) {
  return buffer;
}

/// Calls use(buffer) with a Typed where the type is one of 16 bits or more and with the Any itself elsewhere: hot types get
/// code of their own, and the others share one.
template <typename Use>
void with_hot_type(const Any& buffer, Use use) {
  switch (buffer.type) {
    case DAYBREAK_F32: return use(Typed<float>{static_cast<float*>(buffer.data)});
    case DAYBREAK_BF16: return use(Typed<__nv_bfloat16>{static_cast<__nv_bfloat16*>(buffer.data)});
    case DAYBREAK_F16: return use(Typed<__half>{static_cast<__half*>(buffer.data)});
    default: return use(buffer);
  }
}

/// Calls use(x, y) with Typed ones where x is float32 and y of a hot type, else with the Any themselves.
template <typename Use>
void with_f32_and_hot_type(const Any& x, const Any& y, Use use) {
  if (x.type != DAYBREAK_F32) return use(x, y);
  with_hot_type(y, [&](auto typed_y) {
    if constexpr (kIsTyped<decltype(typed_y)>)
      use(Typed<float>{static_cast<float*>(x.data)}, typed_y);
    else
      use(x, y);
  });
}

/// Calls use(x, y) with Typed ones where both are of hot types, else with the Any themselves.
template <typename Use>
void with_hot_types(const Any& x, const Any& y, Use use) {
  with_hot_type(x, [&](auto typed_x) {
    with_hot_type(y, [&](auto typed_y) {
      if constexpr (kIsTyped<decltype(typed_x)> != kIsTyped<decltype(typed_y)>)
        use(x, y);
      else
        use(typed_x, typed_y);
    });
  });
}

/// Whether groups of all of these buffers may be moved at once, if they begin at multiples of kGroup elements.
inline bool aligned(std::initializer_list<const void*> buffers) {
  for (const void* buffer : buffers)
    if (reinterpret_cast<std::uintptr_t>(buffer) % 16 != 0) return false;
  return true;
}

}  // namespace daybreak::kernels::cuda
