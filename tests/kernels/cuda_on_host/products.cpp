#include "tests/kernels/cuda_on_host/products.h"

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cuda_fp8.h>

#include <algorithm>
#include <vector>

#include "tests/kernels/cuda_on_host/faults.h"

namespace cuda_on_host {
namespace {

float load(cudaDataType_t type, const void* data, std::int64_t i) {
  if (type == CUDA_R_32F) return static_cast<const float*>(data)[i];
  if (type == CUDA_R_16BF) return __bfloat162float(static_cast<const __nv_bfloat16*>(data)[i]);
  if (type == CUDA_R_8F_E4M3) return static_cast<float>(static_cast<const __nv_fp8_e4m3*>(data)[i]);
  return __half2float(static_cast<const __half*>(data)[i]);
}

void store(cudaDataType_t type, void* data, std::int64_t i, float value) {
  if (type == CUDA_R_32F) static_cast<float*>(data)[i] = value;
  else if (type == CUDA_R_16BF) static_cast<__nv_bfloat16*>(data)[i] = __float2bfloat16_rn(value);
  else static_cast<__half*>(data)[i] = __float2half_rn(value);
}

/// op(matrix) in float32, its columns one after the other.
std::vector<float> spread(const Matrix& matrix, const void* data, const Scales& scales, bool transpose) {
  std::vector<float> values(static_cast<std::size_t>(matrix.rows * matrix.columns));
  for (std::int64_t j = 0; j < matrix.columns; ++j)
    for (std::int64_t i = 0; i < matrix.rows; ++i)
      values[static_cast<std::size_t>(transpose ? i * matrix.columns + j : j * matrix.rows + i)] =
          load(matrix.type, data, i + j * matrix.stride) * scales.of(matrix, i, j);
  return values;
}

constexpr std::int64_t kColumns = 4;  // of d at a time

/// sums[kColumns][m] = columns of a product; a by columns, b by columns.
void add_products(std::int64_t m, std::int64_t k, const float* a, const float* const (&b)[kColumns], float* sums) {
  std::fill(sums, sums + kColumns * m, 0.0f);
  for (std::int64_t l = 0; l < k; ++l) {
    const float* const column = a + l * m;
    for (std::int64_t c = 0; c < kColumns; ++c) {
      const float factor = b[c][l];
      float* const out = sums + c * m;
      for (std::int64_t i = 0; i < m; ++i) out[i] += column[i] * factor;
    }
  }
}

}  // namespace

std::size_t bytes_of(cudaDataType_t type) {
  switch (type) {
    case CUDA_R_32F:
      return 4;
    case CUDA_R_16BF:
    case CUDA_R_16F:
      return 2;
    case CUDA_R_8F_E4M3:
      return 1;
    default:
      stop("matrices of type %d are not emulated", static_cast<int>(type));
  }
}

std::size_t Matrix::bytes() const {
  return static_cast<std::size_t>((columns - 1) * stride + rows) * bytes_of(type);
}

namespace {

constexpr std::int64_t kScaled = 128;  // elements of a block

std::int64_t blocks(std::int64_t elements) {
  return (elements + kScaled - 1) / kScaled;
}

std::int64_t padded_blocks(std::int64_t elements) {
  return (blocks(elements) + 3) / 4 * 4;
}

}  // namespace

float Scales::of(const Matrix& matrix, std::int64_t i, std::int64_t j) const {
  if (mode == CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F) return data[i / kScaled * matrix.columns + j];
  if (mode == CUBLASLT_MATMUL_MATRIX_SCALE_BLK128x128_32F) return data[j / kScaled * padded_blocks(matrix.rows) + i / kScaled];
  return 1;
}

std::size_t Scales::bytes(const Matrix& matrix) const {
  const std::int64_t count = mode == CUBLASLT_MATMUL_MATRIX_SCALE_VEC128_32F ? blocks(matrix.rows) * matrix.columns
                                                                             : padded_blocks(matrix.rows) * blocks(matrix.columns);
  return static_cast<std::size_t>(count) * sizeof(float);
}

void multiply(const MatrixProduct& p) {
  const std::int64_t m = p.d.rows, n = p.d.columns, k = p.transpose_a ? p.a.rows : p.a.columns;
  const std::vector<float> a = spread(p.a, p.a_data, p.a_scales, p.transpose_a), b = spread(p.b, p.b_data, p.b_scales, p.transpose_b);
  std::vector<float> sums(static_cast<std::size_t>(kColumns * m));
  for (std::int64_t first = 0; first < n; first += kColumns) {
    const float* columns[kColumns];
    for (std::int64_t c = 0; c < kColumns; ++c) columns[c] = b.data() + std::min(first + c, n - 1) * k;
    add_products(m, k, a.data(), columns, sums.data());
    for (std::int64_t j = first; j < std::min(first + kColumns, n); ++j)
      for (std::int64_t i = 0; i < m; ++i) {
        float value = p.alpha * sums[static_cast<std::size_t>((j - first) * m + i)];
        if (p.beta != 0) value += p.beta * load(p.c.type, p.c_data, i + j * p.c.stride);
        if (p.bias) value += load(p.d.type, p.bias, i);
        store(p.d.type, p.d_data, i + j * p.d.stride, value);
      }
  }
}

}  // namespace cuda_on_host
