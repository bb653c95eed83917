#pragma once
// The inner loops of the chip, all in float32, once for each instruction set. An operation's file cuts its work into
// tasks and tiles and calls these through the device's table.
#include <cstdint>

namespace daybreak::kernels::cpu {

struct AdamwFactors {
  float rate, beta1, beta2, epsilon, decay, gradient_scale;
  float correction1, correction2;  // 1 / (1 - beta^step)
};

/// A part of daybreak_adamw's buffers. narrow: bf16, else float32.
struct AdamwTile {
  int64_t count;
  void* weight;
  const float* gradient;
  void *first_moment, *second_moment;
  uint16_t* compensation;  // or NULL
  uint16_t* copy;          // bf16, of float32 weights, or NULL
  const uint16_t*
      numbers[3];  // 16 random bits an element for weight and moments where they round stochastically, or NULL
  bool narrow_weight, narrow_moments;
};

/// What becomes of a block of a product's sums: c[rows, columns] = alpha * sums + beta * old + bias, where old may be c.
/// Rows lie sums_stride and c_stride apart; beta 0: old is not read; bias is [columns] or NULL.
struct BlockEnd {
  int64_t rows, columns;
  const float* sums;
  int64_t sums_stride, c_stride;
  float alpha, beta;
  const float* bias;
};

/// Of finite numbers; where one is not finite, so are the squares.
struct Moments {
  double sum, squares;
  float largest_magnitude;
};

/// Sizes count elements. Arrays may be unaligned and do not overlap unless it says so.
struct Loops {
  // Elementwise; y may be x.
  void (*gelu)(const float* x, float* y, int64_t count);
  void (*gelu_backward)(const float* x, const float* y_gradient, float* x_gradient, int64_t count);
  void (*swiglu)(const float* gate, const float* up, float* y, int64_t count);
  void (*swiglu_backward)(const float* gate, const float* up, const float* y_gradient, float* gate_gradient,
                          float* up_gradient, int64_t count);
  void (*add_scaled)(const float* x, float* y, float scale_x, float scale_y, int64_t count);  // scale_y 0: y not read
  /// dp = p * (dp - mean): of attention.
  void (*score_gradients)(const float* p, float* dp, float mean, int64_t count);
  void (*adamw)(const AdamwTile& tile, const AdamwFactors& factors);
  /// The rounding_bits of kernels/common/stochastic_rounding.h for whole groups of elements, for weight and moments;
  /// NULL: not those.
  void (*rounding_numbers)(uint64_t seed, uint64_t step, int64_t first_group, int64_t groups,
                           uint16_t* const numbers[3]);
  /// The first and second half of each pair turn by (cos, sin); sine_sign turns back.
  void (*rotate)(float* first, float* second, const float* cosine, const float* sine, float sine_sign, int64_t count);

  // One row.
  void (*layernorm)(const float* x, const float* weight, const float* bias, float* y, float epsilon, float* mean,
                    float* rstd, int64_t width);
  void (*layernorm_backward)(const float* x, const float* weight, const float* y_gradient, float mean, float rstd,
                             float* x_gradient, float* weight_sum, float* bias_sum, int64_t width);
  void (*rmsnorm)(const float* x, const float* weight, float* y, float epsilon, float* rstd, int64_t width);
  void (*rmsnorm_backward)(const float* x, const float* weight, const float* y_gradient, float rstd, float* x_gradient,
                           float* weight_sum, int64_t width);
  /// -infinity of none. What NaN does is not said: the exponentials that follow keep it.
  float (*largest)(const float* x, int64_t count);
  float (*largest_bf16)(const uint16_t* x, int64_t count);
  /// y = e^(x - shift), the sum of it returned; y may be x or NULL.
  float (*exponentials)(const float* x, float* y, float shift, int64_t count);
  float (*exponentials_bf16)(const uint16_t* x, float* y, float shift, int64_t count);
  void (*scale)(float* x, float factor, int64_t count);
  void (*scale_to_bf16)(const float* x, float factor, uint16_t* y, int64_t count);
  Moments (*moments)(const float* x, int64_t count);
  float (*dot)(const float* x, const float* y, int64_t count);
  /// sums[32] += each of the first `rows` rows of a block of bf16 in the layout TILED.
  void (*add_tiled_rows)(const uint16_t* block, int64_t rows, float* sums);

  // Conversions.
  void (*from_bf16)(const uint16_t* x, float* y, int64_t count);
  void (*to_bf16)(const float* x, uint16_t* y, int64_t count);
  /// The same for runs of 32 elements of the bf16 array that lie `step` elements apart: a row of DAYBREAK_TILED.
  void (*from_bf16_runs)(const uint16_t* x, int64_t step, float* y, int64_t count);
  void (*to_bf16_runs)(const float* x, uint16_t* y, int64_t step, int64_t count);
  void (*from_f16)(const uint16_t* x, float* y, int64_t count);
  void (*to_f16)(const float* x, uint16_t* y, int64_t count);

  // Products of operands that are not packed.
  int64_t tile_columns;  // of the register tile
  /// c[m, n] (+)= a b with a(i, l) = a[i * a_row + l * a_column], b rows b_stride apart, c rows c_stride apart. n is a
  /// multiple of tile_columns: pad.
  void (*block_product)(int64_t m, int64_t n, int64_t k, const float* a, int64_t a_row, int64_t a_column,
                        const float* b, int64_t b_stride, float* c, int64_t c_stride, bool accumulate);
  void (*finish_f32)(const BlockEnd& end, const float* old, float* c);
  void (*finish_bf16)(const BlockEnd& end, const uint16_t* old, uint16_t* c);
};

namespace plain {
extern const Loops kLoops;
}
namespace avx2 {
extern const Loops kLoops;
}
namespace avx512 {
extern const Loops kLoops;
}

}  // namespace daybreak::kernels::cpu
