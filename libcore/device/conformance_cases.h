#pragma once
// Cases of single operations, for all who compare a device with the definitions: the short suite, and the tests.
// Their other operands are drawn, the same for the same sizes. The budgets are those of conformance.h; tensors are in
// the order that is said.
#include "libcore/device/conformance.h"

namespace daybreak::device::conformance {

/// Normal values; of more than 65536 the first are repeated, for drawing them takes longer than what is timed.
std::vector<double> drawn(std::int64_t count, unsigned seed, double spread = 1);

/// layernorm or rmsnorm of x[rows, width]. Tensors: x, weight, bias, y, mean, rstd.
Case norm_forward(bool layer, daybreak_dtype type, std::int64_t rows, std::int64_t width);
/// Tensors: x, weight, y_gradient, mean, rstd, x_gradient, weight_gradient, bias_gradient.
Case norm_backward(bool layer, daybreak_dtype type, std::int64_t rows, std::int64_t width);

/// Tensors: x, y, whose scale is given.
Case gelu_forward(daybreak_dtype type, std::vector<double> x, double scale = 1);
/// Tensors: x, y_gradient and, unless it takes the place of that, x_gradient.
Case gelu_backward(daybreak_dtype type, std::vector<double> x, bool in_place = false);
/// Tensors: gate, up, y.
Case swiglu_forward(daybreak_dtype type, std::vector<double> gate);
/// Tensors: gate, up, y_gradient, gate_gradient, up_gradient.
Case swiglu_backward(daybreak_dtype type, std::int64_t count);

/// Rows of width `width` for `tokens` tokens of a vocabulary of 37 and, if `positions`, 11 positions.
/// Tensors: table, position_table, out.
Case embedding_forward(daybreak_dtype type, std::int64_t tokens, std::int64_t width, bool positions);
/// Tensors: out_gradient, table_gradient, position_gradient.
Case embedding_backward(daybreak_dtype type, std::int64_t tokens, std::int64_t width, bool positions);

/// Rows of `vocabulary` logits, of which every fifth is ignored. Tensors: logits, which become the gradient; loss.
Case cross_entropy(daybreak_dtype type, std::vector<double> logits, std::int64_t vocabulary, float gradient_scale);

/// Tensors: x, of `type`; bias, of float32.
Case add_bias(daybreak_dtype type, std::int64_t rows, std::int64_t width);
/// Tensors: x, out.
Case sum_rows(daybreak_dtype type, std::int64_t rows, std::int64_t width);
/// Tensors: x, y. same: y is also x.
Case add_scaled(daybreak_dtype x_type, daybreak_dtype y_type, std::int64_t count, float scale_x, float scale_y,
                bool same = false);
/// Tensors: x, y, which must be the code of the definition.
Case cast(daybreak_dtype from, daybreak_dtype to, std::vector<double> x);

/// How AdamW keeps weights and moments.
struct AdamwForm {
  daybreak_dtype weight, moments;
  daybreak_rounding rounding = DAYBREAK_ROUND_NEAREST;
  bool compensated = false;
  std::int64_t first_index = 0;
};
/// Tensors: weight, gradient, first_moment, second_moment, copy and, if it is compensated, compensation.
Case adamw(std::int64_t count, std::int64_t step, const AdamwForm& form, daybreak_dtype copy);

}  // namespace daybreak::device::conformance
