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
};

std::size_t bytes_of(cudaDataType_t type);

void multiply(const MatrixProduct& product);

}  // namespace cuda_on_host
