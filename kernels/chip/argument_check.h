#pragma once
// What is wrong with the arguments of an operation, in words, or NULL: the same answers from every chip.
#include <initializer_list>

#include "kernels/device.h"

namespace daybreak::kernels {

inline const char* check_sizes(std::initializer_list<int64_t> sizes) {
  for (const int64_t size : sizes)
    if (size < 0) return "a size is negative";
  return nullptr;
}

inline const char* check_present(std::initializer_list<const void*> pointers) {
  for (const void* pointer : pointers)
    if (!pointer) return "a buffer is missing";
  return nullptr;
}

/// Of a matrix that an operation reads or writes in place of a row-major one.
inline const char* check_layout(daybreak_layout layout, int64_t columns) {
  if (layout == DAYBREAK_ROW_MAJOR) return nullptr;
  if (layout != DAYBREAK_TILED) return "activations are row-major or tiled";
  return columns % DAYBREAK_TILED_COLUMNS == 0 ? nullptr : "the columns of a tiled matrix are whole tiles";
}

inline const char* check_epilogue(const daybreak_gemm& g) {
  if (g.epilogue < DAYBREAK_EPILOGUE_NONE || g.epilogue > DAYBREAK_EPILOGUE_GELU_BACKWARD)
    return "there is no such epilogue";
  if (g.epilogue == DAYBREAK_EPILOGUE_NONE) return nullptr;
  if (g.aux && g.aux == g.c && (g.aux_type != g.c_type || g.aux_layout != g.c_layout))
    return "c and aux are one buffer of two types or layouts";
  return g.epilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD ? check_present({g.aux}) : nullptr;
}

inline bool is_f8(daybreak_dtype type) {
  return type == DAYBREAK_F8_E4M3 || type == DAYBREAK_F8_E5M2;
}

inline const char* check_scaled_operands(const daybreak_gemm& g) {
  if (!g.a_scaling && !g.b_scaling) return nullptr;
  if (!g.a_scaling || !g.b_scaling) return "one operand is scaled and the other is not";
  if (g.a_scaling == DAYBREAK_SCALING_BLOCKS && g.b_scaling == DAYBREAK_SCALING_BLOCKS)
    return "both operands are scaled by blocks";
  if (!is_f8(g.compute) || g.a_type != g.compute || g.b_type != g.compute)
    return "scaled operands hold codes of 8 bits of the type that is computed in";
  if (g.transpose_a || !g.transpose_b || g.a_layout != DAYBREAK_ROW_MAJOR || g.b_layout != DAYBREAK_ROW_MAJOR)
    return "the rows of scaled operands lie along k";
  return g.m == 0 || g.n == 0 || g.k == 0 ? nullptr : check_present({g.a_scales, g.b_scales});
}

inline const char* check_gemm(const daybreak_gemm& g) {
  if (const char* wrong = check_sizes({g.m, g.n, g.k})) return wrong;
  if (const char* wrong = check_scaled_operands(g)) return wrong;
  for (const daybreak_layout layout : {g.a_layout, g.c_layout, g.aux_layout})
    if (layout != DAYBREAK_ROW_MAJOR && layout != DAYBREAK_TILED) return "a, c and aux are row-major or tiled";
  if (g.b_layout == DAYBREAK_PACKED_B && g.transpose_b) return "a packed b cannot be transposed";
  if (g.m != 0 && g.n != 0)
    if (const char* wrong = check_epilogue(g)) return wrong;
  if (g.m == 0 || g.n == 0) return nullptr;
  return g.k == 0 ? check_present({g.c}) : check_present({g.a, g.b, g.c});
}

/// For both directions: the members have the same names. `position_table`: NULL, or the table or its gradient.
template <typename Embedding>
const char* check_embedding(const Embedding& e, const void* position_table) {
  if (const char* wrong = check_sizes({e.tokens, e.width})) return wrong;
  if (e.tokens == 0) return nullptr;
  if (e.context <= 0) return "context must be positive";
  if (position_table && e.positions < (e.tokens < e.context ? e.tokens : e.context))
    return "the position table has fewer rows than there are positions";
  return check_present({e.token});
}

inline const char* check_embedding_forward(const daybreak_embedding& e) {
  const char* wrong = check_embedding(e, e.position_table);
  return wrong || e.tokens == 0 ? wrong : check_present({e.table, e.out});
}

inline const char* check_embedding_backward(const daybreak_embedding_backward& e) {
  const char* wrong = check_embedding(e, e.position_gradient);
  return wrong || e.tokens == 0 ? wrong : check_present({e.out_gradient, e.table_gradient});
}

inline const char* check_rmsnorm_forward(const daybreak_norm& n) {
  if (const char* wrong = check_sizes({n.rows, n.width})) return wrong;
  if (const char* wrong = check_layout(n.y_layout, n.width)) return wrong;
  return n.rows == 0 || n.width == 0 ? nullptr : check_present({n.x, n.weight, n.y, n.rstd});
}

inline const char* check_rmsnorm_backward(const daybreak_norm_backward& n) {
  if (const char* wrong = check_sizes({n.rows, n.width})) return wrong;
  if (const char* wrong = check_layout(n.y_gradient_layout, n.width)) return wrong;
  if (n.rows == 0 || n.width == 0) return nullptr;
  return check_present({n.x, n.weight, n.y_gradient, n.rstd, n.x_gradient, n.weight_gradient});
}

inline const char* check_layernorm_forward(const daybreak_norm& n) {
  const char* wrong = check_rmsnorm_forward(n);
  return wrong || n.rows == 0 || n.width == 0 ? wrong : check_present({n.bias, n.mean});
}

inline const char* check_layernorm_backward(const daybreak_norm_backward& n) {
  const char* wrong = check_rmsnorm_backward(n);
  return wrong || n.rows == 0 || n.width == 0 ? wrong : check_present({n.mean, n.bias_gradient});
}

inline const char* check_gelu_forward(const daybreak_gelu& g) {
  if (const char* wrong = check_sizes({g.count})) return wrong;
  return g.count == 0 ? nullptr : check_present({g.x, g.y});
}

inline const char* check_gelu_backward(const daybreak_gelu_backward& g) {
  if (const char* wrong = check_sizes({g.count})) return wrong;
  return g.count == 0 ? nullptr : check_present({g.x, g.y_gradient, g.x_gradient});
}

inline const char* check_swiglu_forward(const daybreak_swiglu& s) {
  if (const char* wrong = check_sizes({s.count})) return wrong;
  return s.count == 0 ? nullptr : check_present({s.gate, s.up, s.y});
}

inline const char* check_swiglu_backward(const daybreak_swiglu_backward& s) {
  if (const char* wrong = check_sizes({s.count})) return wrong;
  return s.count == 0 ? nullptr : check_present({s.gate, s.up, s.y_gradient, s.gate_gradient, s.up_gradient});
}

inline const char* check_rope(const daybreak_rope& r) {
  if (const char* wrong = check_sizes({r.tokens, r.heads, r.head_width})) return wrong;
  if (r.tokens == 0 || r.heads == 0) return nullptr;
  if (r.context <= 0) return "context must be positive";
  if (r.head_width % 2 != 0) return "the head width must be even";
  if (r.row_stride < r.heads * r.head_width) return "the rows overlap";
  if (r.direction != 1 && r.direction != -1) return "direction must be +1 or -1";
  return check_present({r.x});
}

/// For both directions: the members have the same names.
template <typename Attention>
const char* check_attention(const Attention& a) {
  if (const char* wrong = check_sizes({a.batch, a.context, a.heads, a.kv_heads, a.head_width})) return wrong;
  if (a.batch == 0 || a.context == 0 || a.heads == 0) return nullptr;
  if (a.kv_heads == 0 || a.heads % a.kv_heads != 0) return "heads must be a multiple of kv_heads";
  if (a.q_stride < a.heads * a.head_width || a.out_stride < a.heads * a.head_width ||
      a.kv_stride < a.kv_heads * a.head_width)
    return "the rows overlap";
  if (const char* wrong = check_layout(a.layout, a.q_stride)) return wrong;
  if (const char* wrong = check_layout(a.layout, a.kv_stride)) return wrong;
  if (const char* wrong = check_layout(a.out_layout, a.out_stride)) return wrong;
  return check_present({a.q, a.k, a.v, a.out, a.log_sum_exp});
}

inline const char* check_attention_forward(const daybreak_attention& a) {
  return check_attention(a);
}

inline const char* check_attention_backward(const daybreak_attention_backward& a) {
  const char* wrong = check_attention(a);
  if (wrong || a.batch == 0 || a.context == 0 || a.heads == 0) return wrong;
  return check_present({a.out_gradient, a.q_gradient, a.k_gradient, a.v_gradient});
}

inline const char* check_cross_entropy(const daybreak_cross_entropy& c) {
  if (const char* wrong = check_sizes({c.rows, c.vocabulary})) return wrong;
  return c.rows == 0 ? nullptr : check_present({c.logits, c.target, c.loss});
}

inline const char* check_add_bias(const daybreak_add_bias& a) {
  if (const char* wrong = check_sizes({a.rows, a.width})) return wrong;
  return a.rows == 0 || a.width == 0 ? nullptr : check_present({a.x, a.bias});
}

inline const char* check_sum_rows(const daybreak_sum_rows& s) {
  if (const char* wrong = check_sizes({s.rows, s.width})) return wrong;
  return s.rows == 0 || s.width == 0 ? nullptr : check_present({s.x, s.out});
}

inline const char* check_add_scaled(const daybreak_add_scaled& a) {
  if (const char* wrong = check_sizes({a.count})) return wrong;
  return a.count == 0 ? nullptr : check_present({a.x, a.y});
}

inline const char* check_cast(const daybreak_cast& c) {
  if (const char* wrong = check_sizes({c.count})) return wrong;
  return c.count == 0 ? nullptr : check_present({c.x, c.y});
}

inline const char* check_quantize(const daybreak_quantize& q) {
  if (const char* wrong = check_sizes({q.rows, q.columns})) return wrong;
  if (!is_f8(q.codes_type)) return "codes are of 8 bits";
  if (q.scaling != DAYBREAK_SCALING_ROWS && q.scaling != DAYBREAK_SCALING_BLOCKS)
    return "scales are of rows or of blocks";
  return q.rows == 0 || q.columns == 0 ? nullptr : check_present({q.x, q.codes, q.scales});
}

inline const char* check_statistics(const daybreak_statistics& s) {
  if (const char* wrong = check_sizes({s.count})) return wrong;
  return s.count == 0 ? check_present({s.result}) : check_present({s.x, s.result});
}

inline const char* check_pack(const daybreak_pack& p) {
  if (const char* wrong = check_sizes({p.rows, p.columns})) return wrong;
  const bool packs = p.x_layout == DAYBREAK_ROW_MAJOR &&
                     (p.packed_layout == DAYBREAK_TILED || p.packed_layout == DAYBREAK_PACKED_B);
  const bool unpacks = p.x_layout == DAYBREAK_TILED && p.packed_layout == DAYBREAK_ROW_MAJOR;
  if (!packs && !unpacks) return "one layout must be row-major, the other tiled, or the packed one that of b";
  if (p.transpose && p.packed_layout != DAYBREAK_PACKED_B) return "only b can be packed from its transpose";
  return p.rows == 0 || p.columns == 0 ? nullptr : check_present({p.x, p.packed});
}

inline const char* check_adamw(const daybreak_adamw& a) {
  if (const char* wrong = check_sizes({a.count})) return wrong;
  if (a.step < 1) return "step counts from 1";
  if (a.first_index < 0) return "the first index is negative";
  if (a.compensation && a.weight_type == DAYBREAK_F32) return "weights of float32 have no compensation";
  return a.count == 0 ? nullptr : check_present({a.weight, a.gradient, a.first_moment, a.second_moment});
}

}  // namespace daybreak::kernels
