#include "libcore/model/scaled_product.h"

#include "libcore/device/dtype.h"

namespace daybreak::model {
namespace {

constexpr std::int64_t kAlignment = 64;  // bytes

/// codes[rows, columns] of x, which holds them as its transpose where `transpose`; the scales lie behind the codes.
const float* quantize(device::Device& device, const void* x, daybreak_dtype x_type, bool transpose, daybreak_scaling scaling,
                      std::int64_t rows, std::int64_t columns, daybreak_dtype codes_type, View codes) {
  daybreak_quantize q{};
  q.rows = rows;
  q.columns = columns;
  q.x = x;
  q.x_type = x_type;
  q.codes = codes.data;
  q.codes_type = codes_type;
  q.scaling = scaling;
  q.transpose = transpose;
  const std::int64_t code_bytes = (rows * columns + kAlignment - 1) / kAlignment * kAlignment;
  q.scales = reinterpret_cast<float*>(static_cast<std::byte*>(codes.data) + code_bytes);
  device.quantize(q);
  return q.scales;
}

}  // namespace

bool is_f8(daybreak_dtype type) {
  return type == DAYBREAK_F8_E4M3 || type == DAYBREAK_F8_E5M2;
}

std::int64_t operand_scratch_elements(std::int64_t count) {
  // A byte a code and, where the depth is 1, a scale for each; four scales of the smallest block.
  constexpr auto kFloat = static_cast<std::int64_t>(sizeof(float));
  return (count + kAlignment) / kFloat + count + 4;
}

daybreak_gemm of_scaled_codes(device::Device& device, daybreak_gemm product, const OperandScratch& scratch) {
  // The gradient of a weight is a product of two activations; in the others b is the weight.
  const bool of_weight = !product.transpose_a;
  const auto codes = product.compute;
  product.a_scaling = DAYBREAK_SCALING_ROWS;
  product.b_scaling = of_weight ? DAYBREAK_SCALING_BLOCKS : DAYBREAK_SCALING_ROWS;
  product.a_scales = quantize(device, product.a, product.a_type, product.transpose_a != 0, product.a_scaling, product.m, product.k,
                              codes, scratch.a);
  product.b_scales = quantize(device, product.b, product.b_type, product.transpose_b == 0, product.b_scaling, product.n, product.k,
                              codes, scratch.b);
  product.a = scratch.a.data;
  product.b = scratch.b.data;
  product.a_type = product.b_type = codes;
  product.transpose_a = 0;
  product.transpose_b = 1;
  return product;
}

void multiply(device::Device& device, daybreak_gemm product, const OperandScratch& scratch, const char* name) {
  device.gemm_as(name, is_f8(product.compute) ? of_scaled_codes(device, product, scratch) : product);
}

}  // namespace daybreak::model
