// Products are cuBLASLt's. What it computes otherwise than kernels/device.h defines is done here. Operands are rounded to the
// type that they are multiplied in before. GELU and its slope come after, from aux or c as the product left it, where that
// is a rounding which the interface knows; else from float32 sums of so many rows at a time that they are still in the
// second cache.
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

/// A type of cuBLASLt's that holds all numbers of operands that are rounded to `compute`. Without scales f8 is multiplied as
/// bf16: the instructions of Hopper for f8 keep fewer digits of a sum than float32 has (DeepSeek-AI, "DeepSeek-V3 Technical
/// Report", 2024, section 3.5.2), and such sums may not. Operands that bf16 or f16 hold exactly need no float32.
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

/// Whether instructions for f8 multiply the scaled operands as they are.
bool has_scaled_products(const daybreak_device& device, const daybreak_gemm& g) {
  return multiplies_scaled_codes(device.capability) && g.a_scaling && g.compute == DAYBREAK_F8_E4M3;
}

/// Where a product of cuBLASLt's can end that is followed, if at all, by GELU or its slope of what it left there.
struct Target {
  void* data = nullptr;  // NULL: there is no such place
  daybreak_dtype type = DAYBREAK_F32;
};

Target target_of(const daybreak_gemm& g) {
  const Target c{g.c, g.c_type};
  if (g.epilogue == DAYBREAK_EPILOGUE_NONE) return c;
  if (g.beta != 0 || !g.aux) return {};
  if (g.epilogue == DAYBREAK_EPILOGUE_GELU) return {g.aux, g.aux_type};
  return g.aux == g.c ? Target{} : c;
}

/// Rows of float32 sums at a time: half of the second cache, in whole blocks of products.
int64_t rows_at_once(const daybreak_device& device, const daybreak_gemm& g) {
  constexpr int64_t kBlock = 256;
  const int64_t bytes = device.second_cache_bytes / 2, rows = bytes / (static_cast<int64_t>(sizeof(float)) * g.n);
  return std::min(g.m, std::max(kBlock, rows / kBlock * kBlock));
}

/// A product on its way: its operands as they are multiplied, in `multiplied`, and room for sums.
class Way {
 public:
  Way(daybreak_device& device, daybreak_stream* stream, const daybreak_gemm& g, daybreak_dtype multiplied)
      : device_(device), stream_(stream), g_(g), type_(multiplied), target_(target_of(g)), rows_(rows_at_once(device, g)), a_(g.a),
        b_(g.b), bias_(g.bias) {}

  /// Queues the product as one of cuBLASLt's; false where it has none.
  bool multiply_at_once() {
    if (g_.k == 0 || !target_.data || !has_product_types(type_, target_.type)) return false;
    if (type_ == DAYBREAK_F8_E4M3 && g_.bias && target_.type == DAYBREAK_F32) return false;
    Parts parts;
    const std::size_t a_at = parts.add(bytes_of_a()), b_at = parts.add(bytes_of_b());
    const std::size_t bias_at = parts.add(bytes_of(target_.type) * static_cast<std::size_t>(g_.n));
    void* const memory = scratch(device_, stream_, parts.bytes());
    Product all = product(0, g_.m, target_.data, target_.type);
    if (bytes_of_a() != 0) all.a = Parts::at<void>(memory, a_at);
    if (bytes_of_b() != 0) all.b = Parts::at<void>(memory, b_at);
    if (g_.bias && g_.bias_type != target_.type) all.bias = Parts::at<void>(memory, bias_at);
    all.alpha = g_.alpha;
    all.beta = g_.beta;
    if (g_.beta != 0 && g_.addend) all.c = g_.addend;
    if (!device_.products->has(all)) return false;
    convert_operands(memory, a_at, b_at);
    if (all.bias != g_.bias)
      queue_cast(device_, stream_, g_.n, any(Parts::at<void>(memory, bias_at), target_.type), any(g_.bias, g_.bias_type), target_.type);
    device_.products->multiply(device_, stream_, all);
    finish();
    return true;
  }

  /// Queues the product by blocks of rows, whose sums an ending of our own finishes.
  void multiply_by_rows() {
    Parts parts;
    const std::size_t a_at = parts.add(bytes_of_a()), b_at = parts.add(bytes_of_b());
    const std::size_t sums_at = parts.add(sizeof(float) * static_cast<std::size_t>(rows_ * g_.n));
    void* const memory = scratch(device_, stream_, parts.bytes());
    convert_operands(memory, a_at, b_at);
    auto* const sums = Parts::at<float>(memory, sums_at);
    for (int64_t first = 0; first < g_.m; first += rows_) {
      const int64_t rows = std::min(rows_, g_.m - first);
      sum_products(first, rows, sums);
      queue_ending(device_, queue(device_, stream_), g_, first, rows, sums);
    }
  }

 private:
  /// Of operands that do not lie in memory as they are multiplied; 0 of those that do.
  std::size_t bytes_of_a() const { return is_ready(g_.a_type, g_, type_) ? 0 : bytes_of(type_) * static_cast<std::size_t>(g_.m * g_.k); }
  std::size_t bytes_of_b() const { return is_ready(g_.b_type, g_, type_) ? 0 : bytes_of(type_) * static_cast<std::size_t>(g_.k * g_.n); }

  void convert_operands(void* memory, std::size_t a_at, std::size_t b_at) {
    if (bytes_of_a() != 0) a_ = convert(Parts::at<void>(memory, a_at), g_.m, any(g_.a, g_.a_type), g_.a_scales, g_.a_scaling);
    if (bytes_of_b() != 0) b_ = convert(Parts::at<void>(memory, b_at), g_.n, any(g_.b, g_.b_type), g_.b_scales, g_.b_scaling);
  }

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
    Product part{rows, g_.n, g_.k, a, b_, d, d, stride, g_.transpose_a != 0, g_.transpose_b != 0, type_, out_type, 1, 0, bias_};
    if (type_ == DAYBREAK_F8_E4M3)
      part.a_scales = g_.a_scales, part.b_scales = g_.b_scales, part.a_scaling = g_.a_scaling, part.b_scaling = g_.b_scaling;
    return part;
  }

  /// What follows a product that is in its target.
  void finish() {
    if (g_.epilogue == DAYBREAK_EPILOGUE_GELU)
      Operations::gelu_forward(device_, stream_, {sizeof(daybreak_gelu), g_.m * g_.n, g_.aux, g_.c, g_.aux_type, g_.c_type});
    if (g_.epilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD)
      Operations::gelu_backward(device_, stream_,
                                {sizeof(daybreak_gelu_backward), g_.m * g_.n, g_.aux, g_.c, g_.c, g_.aux_type, g_.c_type});
  }

  void sum_products(int64_t first, int64_t rows, float* sums) {
    const cudaStream_t to = queue(device_, stream_);
    if (g_.k == 0) return require(cudaMemsetAsync(sums, 0, sizeof(float) * static_cast<std::size_t>(rows * g_.n), to), "a product");
    Product part = product(first, rows, sums, DAYBREAK_F32);
    part.bias = nullptr;
    if (device_.products->has(part)) device_.products->multiply(device_, stream_, part);
    else queue_simple_product(to, part);
  }

  daybreak_device& device_;
  daybreak_stream* const stream_;
  const daybreak_gemm& g_;
  const daybreak_dtype type_;
  const Target target_;
  const int64_t rows_;
  const void *a_, *b_, *bias_;
};

}  // namespace

void Operations::gemm(daybreak_device& device, daybreak_stream* stream, const daybreak_gemm& g) {
  require_row_major({g.a_layout, g.b_layout, g.c_layout, g.aux_layout});
  if (g.m == 0 || g.n == 0) return;
  any(nullptr, g.compute);  // refuses what is no real type
  if (has_scaled_products(device, g) && Way(device, stream, g, DAYBREAK_F8_E4M3).multiply_at_once()) return;
  Way way(device, stream, g, multiplied_type(g));
  if (!way.multiply_at_once()) way.multiply_by_rows();
}

}  // namespace daybreak::kernels::cuda
