// Products are cuBLASLt's. What it computes otherwise than kernels/device.h defines is done here: operands are rounded to
// the type that they are multiplied in before, and biases of another type than c, GELU and its slope come after, from
// float32 sums of so many rows at a time that they are still in the second cache.
#include <algorithm>

#include "kernels/cuda/cast.h"
#include "kernels/cuda/element.h"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/product_ending.h"
#include "kernels/cuda/products.h"
#include "kernels/cuda/quantize.h"
#include "kernels/cuda/simple_product.h"

namespace daybreak::kernels::cuda {
namespace {

/// A type of cuBLASLt's that holds all numbers of operands that are rounded to `compute`. f8 is multiplied as bf16: the
/// instructions of Hopper for f8 keep fewer digits of a sum than float32 has (DeepSeek-AI, "DeepSeek-V3 Technical Report",
/// 2024, section 3.3.2), and sums here may not. Operands that bf16 or f16 hold exactly need no float32.
daybreak_dtype multiplied_type(const daybreak_gemm& g) {
  const auto fits_bf16 = [](daybreak_dtype type) { return type != DAYBREAK_F32 && type != DAYBREAK_F16; };
  if (g.compute == DAYBREAK_F16) return DAYBREAK_F16;
  if (g.compute != DAYBREAK_F32) return DAYBREAK_BF16;
  if (fits_bf16(g.a_type) && fits_bf16(g.b_type)) return DAYBREAK_BF16;
  return g.a_type == DAYBREAK_F16 && g.b_type == DAYBREAK_F16 ? DAYBREAK_F16 : DAYBREAK_F32;
}

/// Whether an operand lies in memory as it is multiplied.
bool is_ready(daybreak_dtype type, const daybreak_gemm& g, daybreak_dtype multiplied) {
  return g.k == 0 || (type == multiplied && (g.compute == multiplied || g.compute == DAYBREAK_F32));
}

/// Whether c is a product of cuBLASLt's as it is.
bool is_direct(const daybreak_gemm& g, daybreak_dtype multiplied) {
  return g.k != 0 && g.epilogue == DAYBREAK_EPILOGUE_NONE && has_product_types(multiplied, g.c_type) &&
         (!g.bias || g.bias_type == g.c_type);
}

/// Rows of float32 sums at a time: half of the second cache, in whole blocks of products.
int64_t rows_at_once(const daybreak_device& device, const daybreak_gemm& g) {
  constexpr int64_t kBlock = 256;
  const int64_t bytes = device.second_cache_bytes / 2, rows = bytes / (static_cast<int64_t>(sizeof(float)) * g.n);
  return std::min(g.m, std::max(kBlock, rows / kBlock * kBlock));
}

/// A product on its way: its operands as they are multiplied, and room for sums.
class Way {
 public:
  Way(daybreak_device& device, daybreak_stream* stream, const daybreak_gemm& g)
      : device_(device), stream_(stream), g_(g), type_(multiplied_type(g)), rows_(rows_at_once(device, g)), a_(g.a), b_(g.b) {
    const bool a_ready = is_ready(g.a_type, g, type_), b_ready = is_ready(g.b_type, g, type_);
    Parts parts;
    const std::size_t a_at = parts.add(a_ready ? 0 : bytes_of(type_) * static_cast<std::size_t>(g.m * g.k));
    const std::size_t b_at = parts.add(b_ready ? 0 : bytes_of(type_) * static_cast<std::size_t>(g.k * g.n));
    const std::size_t sums_at = parts.add(sizeof(float) * static_cast<std::size_t>(rows_ * g.n));
    void* const memory = scratch(device, stream, parts.bytes());
    sums_ = Parts::at<float>(memory, sums_at);
    if (!a_ready) a_ = convert(Parts::at<void>(memory, a_at), g.m, any(g.a, g.a_type), g.a_scales, g.a_scaling);
    if (!b_ready) b_ = convert(Parts::at<void>(memory, b_at), g.n, any(g.b, g.b_type), g.b_scales, g.b_scaling);
  }

  void compute() {
    if (is_direct(g_, type_) && multiply_into_c()) return;
    for (int64_t first = 0; first < g_.m; first += rows_) {
      const int64_t rows = std::min(rows_, g_.m - first);
      sum_products(first, rows);
      queue_ending(device_, queue(device_, stream_), g_, first, rows, sums_);
    }
  }

 private:
  /// An operand of `rows` by k, which scales have, or of any order.
  const void* convert(void* to, int64_t rows, const Any& x, const float* scales, daybreak_scaling scaling) {
    if (scaling)
      queue_unscaled(device_, queue(device_, stream_), rows, g_.k, x, scales, scaling, any(to, type_));
    else
      queue_cast(device_, stream_, rows * g_.k, any(to, type_), x, g_.compute);
    return to;
  }

  /// Rows [first, first + rows) of op(a) op(b), to `d` in `out_type`.
  Product product(int64_t first, int64_t rows, void* d, daybreak_dtype out_type) const {
    const int64_t stride = g_.transpose_a ? g_.m : g_.k, skipped = first * (g_.transpose_a ? 1 : g_.k);
    const void* const a = static_cast<const std::byte*>(a_) + skipped * static_cast<int64_t>(bytes_of(type_));
    return {rows, g_.n, g_.k, a, b_, d, d, stride, g_.transpose_a != 0, g_.transpose_b != 0, type_, out_type, 1, 0, nullptr};
  }

  bool multiply_into_c() {
    Product all = product(0, g_.m, g_.c, g_.c_type);
    all.alpha = g_.alpha;
    all.beta = g_.beta;
    all.bias = g_.bias;
    if (g_.beta != 0 && g_.addend) all.c = g_.addend;
    return device_.products->multiply(device_, stream_, all);
  }

  void sum_products(int64_t first, int64_t rows) {
    const cudaStream_t to = queue(device_, stream_);
    if (g_.k == 0) return require(cudaMemsetAsync(sums_, 0, sizeof(float) * static_cast<std::size_t>(rows * g_.n), to), "a product");
    const Product part = product(first, rows, sums_, DAYBREAK_F32);
    if (!device_.products->multiply(device_, stream_, part)) queue_simple_product(to, part);
  }

  daybreak_device& device_;
  daybreak_stream* const stream_;
  const daybreak_gemm& g_;
  const daybreak_dtype type_;
  const int64_t rows_;
  const void *a_, *b_;
  float* sums_ = nullptr;
};

}  // namespace

void Operations::gemm(daybreak_device& device, daybreak_stream* stream, const daybreak_gemm& g) {
  require_row_major({g.a_layout, g.b_layout, g.c_layout, g.aux_layout});
  if (g.m == 0 || g.n == 0) return;
  any(nullptr, g.compute);  // refuses what is no real type
  Way(device, stream, g).compute();
}

}  // namespace daybreak::kernels::cuda
