#pragma once
// What CUDA's keywords and device functions are where g++ compiles a .cu file. Included before the file itself.
//
// Static shared memory is thread-local storage: blocks run one after the other on one thread of the host, and block.cpp
// finds all of it in one place.
#define __shared__ static thread_local
#define __launch_bounds__(...)

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>
#include <cuda_runtime.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "tests/kernels/cuda_on_host/block.h"

constexpr int warpSize = 32;

namespace cuda_on_host {

/// What each lane brings to an exchange of values, and takes from it.
template <typename T>
struct Exchange {
  T value;
  unsigned source;  // the lane whose value it takes
  T result;
};

/// The value of the lane `source`; of a lane that takes no part, NaN.
template <typename T>
T exchange(unsigned mask, T value, unsigned source) {
  static_assert(std::is_trivially_copyable_v<T>);
  Exchange<T> mine{value, source, value};
  warp_step(mask, &mine, [](void* const(&lanes)[32], unsigned) {
    for (void* const lane : lanes) {
      if (!lane) continue;
      auto& taker = *static_cast<Exchange<T>*>(lane);
      if (const auto* const giver = static_cast<Exchange<T>*>(lanes[taker.source]))
        taker.result = giver->value;
      else
        std::memset(static_cast<void*>(&taker.result), 0xff, sizeof(T));
    }
  });
  return mine.result;
}

struct Vote {
  bool yes;
  unsigned ballot;
};

inline unsigned ballot(unsigned mask, bool yes) {
  Vote mine{yes, 0};
  warp_step(mask, &mine, [](void* const(&lanes)[32], unsigned) {
    unsigned all = 0;
    for (unsigned l = 0; l < 32; ++l)
      if (lanes[l] && static_cast<Vote*>(lanes[l])->yes) all |= 1u << l;
    for (void* const lane : lanes)
      if (lane) static_cast<Vote*>(lane)->ballot = all;
  });
  return mine.ballot;
}

}  // namespace cuda_on_host

// --- threads of a block and of a warp (CUDA C++ Programming Guide, "Synchronization Functions", "Warp Shuffle Functions") --
inline void __syncthreads() {
  cuda_on_host::block_barrier();
}
inline void __syncwarp(unsigned mask = 0xffffffffu) {
  cuda_on_host::warp_step(mask, nullptr, [](void* const (&)[32], unsigned) {});
}
inline void __threadfence() {}
inline void __threadfence_block() {}

template <typename T>
T __shfl_sync(unsigned mask, T value, int source, int width = 32) {
  const unsigned first = cuda_on_host::lane() / width * width;
  return cuda_on_host::exchange(mask, value, first + static_cast<unsigned>(source) % width);
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int difference, int width = 32) {
  const unsigned self = cuda_on_host::lane(), source = self ^ static_cast<unsigned>(difference);
  return cuda_on_host::exchange(mask, value, source / width > self / width ? self : source);
}
template <typename T>
T __shfl_down_sync(unsigned mask, T value, unsigned distance, int width = 32) {
  const unsigned self = cuda_on_host::lane();
  return cuda_on_host::exchange(mask, value, self % width + distance < static_cast<unsigned>(width) ? self + distance : self);
}
template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned distance, int width = 32) {
  const unsigned self = cuda_on_host::lane();
  return cuda_on_host::exchange(mask, value, self % width >= distance ? self - distance : self);
}
inline unsigned __ballot_sync(unsigned mask, int yes) {
  return cuda_on_host::ballot(mask, yes != 0);
}
inline int __any_sync(unsigned mask, int yes) {
  return cuda_on_host::ballot(mask, yes != 0) != 0;
}
inline int __all_sync(unsigned mask, int yes) {
  return cuda_on_host::ballot(mask, yes != 0) == mask;
}

// --- memory. A thread of the emulation is never interrupted: every operation is atomic. -------------------------------
template <typename T>
T __ldg(const T* p) {
  return *p;
}
template <typename T, typename Change>
T cuda_on_host_replace(T* p, Change change) {
  static_assert(std::is_integral_v<T>, "atomics of floating-point numbers have no order");
  const T old = *p;
  *p = change(old);
  return old;
}
template <typename T>
T atomicAdd(T* p, std::type_identity_t<T> value) {
  return cuda_on_host_replace(p, [=](T old) { return static_cast<T>(old + value); });
}
template <typename T>
T atomicOr(T* p, std::type_identity_t<T> value) {
  return cuda_on_host_replace(p, [=](T old) { return static_cast<T>(old | value); });
}
template <typename T>
T atomicMax(T* p, std::type_identity_t<T> value) {
  return cuda_on_host_replace(p, [=](T old) { return std::max(old, value); });
}
template <typename T>
T atomicMin(T* p, std::type_identity_t<T> value) {
  return cuda_on_host_replace(p, [=](T old) { return std::min(old, value); });
}
template <typename T>
T atomicExch(T* p, std::type_identity_t<T> value) {
  return cuda_on_host_replace(p, [=](T) { return value; });
}
template <typename T>
T atomicCAS(T* p, std::type_identity_t<T> expected, std::type_identity_t<T> value) {
  return cuda_on_host_replace(p, [=](T old) { return old == expected ? value : old; });
}

// --- bits --------------------------------------------------------------------------------------------------------------
inline unsigned __float_as_uint(float x) {
  return std::bit_cast<unsigned>(x);
}
inline int __float_as_int(float x) {
  return std::bit_cast<int>(x);
}
inline float __uint_as_float(unsigned x) {
  return std::bit_cast<float>(x);
}
inline float __int_as_float(int x) {
  return std::bit_cast<float>(x);
}
inline int __popc(unsigned x) {
  return std::popcount(x);
}
inline int __clz(int x) {
  return std::countl_zero(static_cast<unsigned>(x));
}
inline int __ffs(int x) {
  return x == 0 ? 0 : std::countr_zero(static_cast<unsigned>(x)) + 1;
}
inline unsigned __umulhi(unsigned x, unsigned y) {
  return static_cast<unsigned>(std::uint64_t{x} * y >> 32);
}

/// nvcc says which pairs of types go together.
template <typename X, typename Y>
  requires std::is_arithmetic_v<X> && std::is_arithmetic_v<Y>
constexpr std::common_type_t<X, Y> min(X x, Y y) {
  return std::min<std::common_type_t<X, Y>>(x, y);
}
template <typename X, typename Y>
  requires std::is_arithmetic_v<X> && std::is_arithmetic_v<Y>
constexpr std::common_type_t<X, Y> max(X x, Y y) {
  return std::max<std::common_type_t<X, Y>>(x, y);
}

// --- arithmetic: within the errors that CUDA documents for the device's own forms -----------------------------------------
inline float rsqrtf(float x) {
  return 1 / std::sqrt(x);
}
inline float __expf(float x) {
  return std::exp(x);
}
inline float __logf(float x) {
  return std::log(x);
}
inline float __fdividef(float x, float y) {
  return x / y;
}
inline float __frcp_rn(float x) {
  return 1 / x;
}
inline float __fadd_rn(float x, float y) {
  return x + y;
}
inline float __fmul_rn(float x, float y) {
  return x * y;
}
inline float __fmaf_rn(float x, float y, float z) {
  return std::fma(x, y, z);
}
