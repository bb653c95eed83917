#pragma once
// Takes the place of kernels/cuda/tensor_core.h where the chip runs on the host: the same instructions, from the PTX ISA's
// sections "Matrix Fragments for mma.m16n8k16 with floating point type", "ldmatrix", "cp.async", "ex2" and "cvt".
#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cmath>
#include <cstdint>
#include <cstring>

#include "kernels/common/formats.h"
#include "tests/kernels/cuda_on_host/block.h"
#include "tests/kernels/cuda_on_host/faults.h"

namespace daybreak::kernels::cuda {

namespace on_host {

inline float element(std::uint32_t pair, int which, Bf16) {
  return __bfloat162float(__nv_bfloat16(__nv_bfloat16_raw{static_cast<unsigned short>(pair >> 16 * which)}));
}
inline float element(std::uint32_t pair, int which, F16) {
  return __half2float(__half(__half_raw{static_cast<unsigned short>(pair >> 16 * which)}));
}

struct Product {
  float* d;
  const std::uint32_t* a;
  const std::uint32_t* b;
};

/// Element i of a lane's fragment of a, 16 x 16; of b, 16 x 8; of d, 16 x 8. "groupID" is lane / 4.
inline int row_of_a(int lane, int i) { return lane / 4 + (i / 2 % 2 == 1 ? 8 : 0); }
inline int column_of_a(int lane, int i) { return lane % 4 * 2 + i % 2 + (i >= 4 ? 8 : 0); }
inline int row_of_b(int lane, int i) { return lane % 4 * 2 + i % 2 + (i >= 2 ? 8 : 0); }
inline int column_of_b(int lane) { return lane / 4; }
inline int row_of_d(int lane, int i) { return lane / 4 + (i >= 2 ? 8 : 0); }
inline int column_of_d(int lane, int i) { return lane % 4 * 2 + i % 2; }

/// d += a b of a whole warp. Sums run in the order of the depth, the old value last.
template <typename Format>
void multiply(void* const (&lanes)[32], unsigned) {
  float a[16][16], b[16][8], sums[16][8] = {};
  for (int l = 0; l < 32; ++l) {
    const auto& mine = *static_cast<const Product*>(lanes[l]);
    for (int i = 0; i < 8; ++i) a[row_of_a(l, i)][column_of_a(l, i)] = element(mine.a[i / 2], i % 2, Format{});
    for (int i = 0; i < 4; ++i) b[row_of_b(l, i)][column_of_b(l)] = element(mine.b[i / 2], i % 2, Format{});
  }
  for (int row = 0; row < 16; ++row)
    for (int k = 0; k < 16; ++k)
      for (int column = 0; column < 8; ++column) sums[row][column] += a[row][k] * b[k][column];
  for (int l = 0; l < 32; ++l)
    for (int i = 0; i < 4; ++i) static_cast<const Product*>(lanes[l])->d[i] += sums[row_of_d(l, i)][column_of_d(l, i)];
}

struct MatrixLoad {
  std::uint32_t* r;
  const void* row;
};

/// Four matrices of 8 rows of 8 elements: the addresses of rows 0 to 7 of matrix m come from lanes 8 m to 8 m + 7, and lane l
/// takes the l-th pair of each matrix in its own order, or in that of its transpose.
template <bool transposed>
void load_matrices(void* const (&lanes)[32], unsigned) {
  for (int m = 0; m < 4; ++m) {
    std::uint16_t matrix[8][8];
    for (int row = 0; row < 8; ++row) std::memcpy(matrix[row], static_cast<const MatrixLoad*>(lanes[8 * m + row])->row, 16);
    for (int l = 0; l < 32; ++l) {
      const int major = l / 4, minor = l % 4 * 2;
      const std::uint32_t low = transposed ? matrix[minor][major] : matrix[major][minor];
      const std::uint32_t high = transposed ? matrix[minor + 1][major] : matrix[major][minor + 1];
      static_cast<const MatrixLoad*>(lanes[l])->r[m] = low | high << 16;
    }
  }
}

inline void require_aligned(const void* address) {
  if (reinterpret_cast<std::uintptr_t>(address) % 16 != 0) cuda_on_host::stop("an address %p that is not aligned to 16", address);
}

constexpr unsigned kAllLanes = 0xffffffffu;

}  // namespace on_host

template <typename Format>
void mma_m16n8k16(float (&d)[4], const std::uint32_t (&a)[4], const std::uint32_t (&b)[2], Format) {
  on_host::Product mine{d, a, b};
  cuda_on_host::warp_step(on_host::kAllLanes, &mine, on_host::multiply<Format>);
}

inline void ldmatrix_x4(std::uint32_t (&r)[4], const void* shared_row) {
  on_host::require_aligned(shared_row);
  on_host::MatrixLoad mine{r, shared_row};
  cuda_on_host::warp_step(on_host::kAllLanes, &mine, on_host::load_matrices<false>);
}
inline void ldmatrix_x4_transposed(std::uint32_t (&r)[4], const void* shared_row) {
  on_host::require_aligned(shared_row);
  on_host::MatrixLoad mine{r, shared_row};
  cuda_on_host::warp_step(on_host::kAllLanes, &mine, on_host::load_matrices<true>);
}

inline void copy_async_16(void* shared, const void* global, bool valid) {
  on_host::require_aligned(shared), on_host::require_aligned(global);
  cuda_on_host::copy_async(shared, global, 16, valid);
}
inline void copy_async_commit() {
  cuda_on_host::copy_async_commit_group();
}
template <int Pending>
void copy_async_wait() {
  cuda_on_host::copy_async_wait_group(Pending);
}

inline float exp2_approximate(float x) {
  const float y = std::exp2(x);
  return y < 0x1p-126f ? 0 : y;
}

inline std::uint32_t pack_pair(float low, float high, Bf16) {
  return __bfloat16_as_ushort(__float2bfloat16_rn(low)) | std::uint32_t{__bfloat16_as_ushort(__float2bfloat16_rn(high))} << 16;
}
inline std::uint32_t pack_pair(float low, float high, F16) {
  return __half_as_ushort(__float2half_rn(low)) | std::uint32_t{__half_as_ushort(__float2half_rn(high))} << 16;
}

}  // namespace daybreak::kernels::cuda
