#pragma once
// A product of two matrices as cublasLtMatmul() defines it (NVIDIA, cuBLAS documentation, "cublasLtMatmul()").
#include <cublasLt.h>

#include <cstddef>
#include <cstdint>

namespace cuda_on_host {

/// A matrix by columns: element (i, j) lies at i + j * stride.
struct Matrix {
  cudaDataType_t type;
  std::int64_t rows, columns, stride;
  /// From the first byte of the first element to the last one of the last.
  std::size_t bytes() const;
};

/// Scales of blocks of 128 elements along the columns of a matrix in memory, for each column (VEC128_32F: the scales of a
/// block lie side by side) or for each 128 columns (BLK128x128_32F: those of a block of columns lie side by side, padded to a
/// multiple of 4); NVIDIA, cuBLAS documentation, "1D and 2D Block Scaling for FP8".
struct Scales {
  std::int32_t mode = CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F;
  const float* data = nullptr;
  /// Of element (i, j) of the matrix.
  float of(const Matrix& matrix, std::int64_t i, std::int64_t j) const;
  /// Bytes that those of a matrix take.
  std::size_t bytes(const Matrix& matrix) const;
  bool are_blocks() const { return mode != CUBLASLT_MATMUL_MATRIX_SCALE_SCALAR_32F; }
};

/// d = alpha op(a) op(b) + beta c + bias, the bias, of d's type, one element for each row. Sums are float32.
struct MatrixProduct {
  Matrix a, b, c, d;
  bool transpose_a = false, transpose_b = false;
  float alpha = 1, beta = 0;
  const void* a_data = nullptr;
  const void* b_data = nullptr;
  const void* c_data = nullptr;  // not read where beta is 0
  void* d_data = nullptr;
  const void* bias = nullptr;
  Scales a_scales{}, b_scales{};
};

std::size_t bytes_of(cudaDataType_t type);

void multiply(const MatrixProduct& product);

}  // namespace cuda_on_host
