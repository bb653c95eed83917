#pragma once
// Matrix products by cuBLASLt, without any conversion or epilogue that kernels/device.h defines otherwise.
#include <cublasLt.h>

#include <array>
#include <cstdint>
#include <map>
#include <memory>

#include "kernels/cuda/cuda_device.h"

namespace daybreak::kernels::cuda {

/// d[m, n] = alpha * op(a) op(b) + bias + beta * c, row-major; op(a) is [m, k], op(b) [k, n]. a and b are of `type`, c, d
/// and bias of `out_type`. Sums are float32. beta 0: c is not read. Of F8_E4M3, which compute capability 9.0 alone
/// multiplies so, a and b are scaled (kernels/device.h), a and the transpose of b lie along k, and d is of 16 bits where
/// there is a bias.
struct Product {
  int64_t m, n, k;
  const void* a;
  const void* b;
  const void* c;
  void* d;
  int64_t a_stride;  // elements from row to row of the buffer; b, c and d are dense
  bool transpose_a, transpose_b;
  daybreak_dtype type, out_type;
  float alpha, beta;
  const void* bias;  // or NULL
  const float *a_scales = nullptr, *b_scales = nullptr;
  daybreak_scaling a_scaling = DAYBREAK_SCALING_NONE, b_scaling = DAYBREAK_SCALING_NONE;
};

/// Whether a product of these types could be one of cuBLASLt's, as the tables of cublasLtMatmul() in NVIDIA's cuBLAS
/// documentation have them for sums of float32.
bool has_product_types(daybreak_dtype type, daybreak_dtype out_type);

/// Whether cuBLASLt multiplies scaled codes of F8_E4M3 on a device of compute capability `capability` / 10: with scales of 128
/// elements it does so on Hopper alone.
constexpr bool multiplies_scaled_codes(int capability) {
  return capability == 90;
}

class Products {
 public:
  /// Throws std::runtime_error where cuBLASLt does not start.
  explicit Products(int capability);
  Products(const Products&) = delete;
  Products& operator=(const Products&) = delete;
  ~Products();

  /// Whether cuBLASLt has a way to compute a product. The way is chosen once for each shape, type and alignment, so that
  /// equal calls give equal bytes. Throws std::runtime_error.
  bool has(const Product& product);
  /// Queues a product that it has. Throws std::runtime_error, Refusal.
  void multiply(daybreak_device& device, daybreak_stream* stream, const Product& product);

 private:
  struct Plan;
  using Key = std::array<int64_t, 17>;
  Plan& plan_of(const Product& product);

  cublasLtHandle_t handle_ = nullptr;
  const std::size_t workspace_bytes_;
  std::map<Key, std::unique_ptr<Plan>> plans_;
};

}  // namespace daybreak::kernels::cuda
