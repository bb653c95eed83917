// Instructions that CUDA C++ has no word for: products of matrix fragments, moves of fragments out of shared memory and
// copies into it that run beside the arithmetic. Operands and semantics are those of the PTX ISA, compute capability
// 8.0 and later; the names say which instruction each is. All lanes of a warp call mma and ldmatrix together.
#pragma once
#include <cstdint>

#include "kernels/common/formats.h"

namespace daybreak::kernels::cuda {

// Bf16 and F16 of kernels/common/formats.h say as a last argument what 16-bit operands are.

/// d[16, 8] += a[16, 16] b[16, 8] in float32: mma.sync.aligned.m16n8k16.row.col. With group = lane / 4 and t = lane % 4
/// a lane holds, two elements a register, the lower in the low half:
///   a[0]: row group,     columns 2t, 2t + 1        a[1]: row group + 8, the same columns
///   a[2]: row group,     columns 2t + 8, 2t + 9    a[3]: row group + 8, columns 2t + 8, 2t + 9
///   b[0]: rows 2t, 2t + 1 of column group          b[1]: rows 2t + 8, 2t + 9 of column group
///   d[0], d[1]: row group, columns 2t, 2t + 1      d[2], d[3]: row group + 8, the same columns
__device__ inline void mma_m16n8k16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], Bf16) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
__device__ inline void mma_m16n8k16(float (&d)[4], const uint32_t (&a)[4], const uint32_t (&b)[2], F16) {
  asm("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

/// Four 8 x 8 matrices of 16-bit elements: lane l names row l % 8 of matrix l / 8, 16 bytes that are aligned to 16, and
/// receives in r[i] elements 2t, 2t + 1 (t = l % 4) of row l / 4 of matrix i: ldmatrix.sync.aligned.m8n8.x4.
__device__ inline void ldmatrix_x4(uint32_t (&r)[4], const void* shared_row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(static_cast<uint32_t>(__cvta_generic_to_shared(shared_row)))
               : "memory");
}
/// The same of the matrices' transposes: r[i] holds elements l / 4 of rows 2t and 2t + 1 of matrix i.
__device__ inline void ldmatrix_x4_transposed(uint32_t (&r)[4], const void* shared_row) {
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
               : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
               : "r"(static_cast<uint32_t>(__cvta_generic_to_shared(shared_row)))
               : "memory");
}

/// Begins to copy 16 bytes, past the first cache, or to write 16 bytes of 0 where not `valid`, when `global` is not
/// read (it is still an address of the buffer). Both addresses are aligned to 16: cp.async.cg.
__device__ inline void copy_async_16(void* shared, const void* global, bool valid) {
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
               :
               : "r"(static_cast<uint32_t>(__cvta_generic_to_shared(shared))), "l"(global), "r"(valid ? 16 : 0)
               : "memory");
}
/// Closes the group of this thread's copies since the last call: cp.async.commit_group.
__device__ inline void copy_async_commit() { asm volatile("cp.async.commit_group;" ::: "memory"); }
/// Until all but this thread's `Pending` youngest groups are written. A barrier makes them visible to other threads.
template <int Pending>
__device__ inline void copy_async_wait() {
  asm volatile("cp.async.wait_group %0;" : : "n"(Pending) : "memory");
}

/// 2^x within a relative error of 2^-22; 0 below 2^-126 and for -inf, inf for inf, NaN for NaN: ex2.approx.ftz.
__device__ inline float exp2_approximate(float x) {
  float y;
  asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
  return y;
}

/// Both values to nearest even, `low` in the low half: cvt.rn.bf16x2 and cvt.rn.f16x2.
__device__ inline uint32_t pack_pair(float low, float high, Bf16) {
  uint32_t pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}
__device__ inline uint32_t pack_pair(float low, float high, F16) {
  uint32_t pair;
  asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}

}  // namespace daybreak::kernels::cuda
