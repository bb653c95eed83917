#include "libcore/device/conformance_operations.h"

#include <cmath>
#include <limits>
#include <utility>

#include "libcore/device/conformance_cases.h"

namespace daybreak::device::conformance {
namespace {

using Types = std::vector<daybreak_dtype>;
using Places = std::vector<void*>;

struct Extents {
  std::int64_t rows, width;
  std::int64_t count() const { return rows * width; }
};

Extents extents(Size size) {
  switch (size) {
    case Size::one:
      return {1, 1};
    case Size::odd:
      return {13, 31};
    case Size::usual:
      return {64, 128};
    default:
      return {kLargeElements / 1024, 1024};
  }
}

float* floats(void* place) {
  return static_cast<float*>(place);
}

/// What is not finite in one row of an input must leave the other rows alone.
std::vector<double> with_hostile_row(std::vector<double> values, Extents e) {
  if (e.rows < 3) return values;
  values[static_cast<std::size_t>(e.width)] = std::numeric_limits<double>::quiet_NaN();
  values[static_cast<std::size_t>(2 * e.width)] = std::numeric_limits<double>::infinity();
  return values;
}

struct Product {
  std::int64_t m, n, k;
};

Product product(Size size) {
  switch (size) {
    case Size::one:
      return {1, 1, 1};
    case Size::odd:
      return {37, 41, 43};
    case Size::usual:
      return {64, 128, 96};
    default:
      return {768, 768, 768};
  }
}

constexpr double kLargeProduct = 2.0 * 768 * 768 * 768;

Case gemm(daybreak_dtype type, Size size) {
  const Product s = product(size);
  Case tested{"gemm",
              {input(type, drawn(s.m * s.k, 1)), input(type, drawn(s.n * s.k, 2)), output(DAYBREAK_F32, s.m * s.n)},
              {}};
  // A sum of k products of normal numbers: its rounding errors go with the sum of their magnitudes.
  tested.tensors[2].scale = {static_cast<double>(s.k) + 1};
  tested.call = [s, type](Device& device, const Places& p, const Types& t) {
    daybreak_gemm g{};
    g.m = s.m, g.n = s.n, g.k = s.k, g.a = p[0], g.b = p[1], g.c = p[2];
    g.a_type = t[0], g.b_type = t[1], g.c_type = t[2], g.compute = type, g.transpose_b = 1, g.alpha = 1;
    device.gemm(g);
  };
  return tested;
}

Case rope(daybreak_dtype type, Size size) {
  const Extents e = size == Size::one ? Extents{1, 2} : size == Size::odd ? Extents{13, 30} : extents(size);
  const std::int64_t heads = e.width % 3 == 0 ? 3 : 1;
  Case tested{"rope", {updated(type, drawn(e.count(), 1))}, {}};
  tested.call = [e, heads](Device& device, const Places& p, const Types& t) {
    daybreak_rope r{};
    r.tokens = e.rows, r.context = e.rows, r.heads = heads, r.head_width = e.width / heads, r.row_stride = e.width;
    r.x = p[0], r.x_type = t[0], r.base = 10000, r.direction = 1;
    device.rope(r);
  };
  return tested;
}

struct Heads {
  std::int64_t batch, context, heads, kv_heads, width;
  std::int64_t rows() const { return batch * context; }
};

Heads attention_heads(Size size) {
  switch (size) {
    case Size::one:
      return {1, 1, 1, 1, 1};
    case Size::odd:
      return {1, 67, 6, 2, 17};
    case Size::usual:
      return {2, 96, 4, 4, 32};
    default:
      return {4, 512, 12, 12, 64};
  }
}

/// Two products over the half of the pairs that a causal mask leaves, forward; five backward.
constexpr double kLargeAttention = 2.0 * 2 * 4 * 12 * 64 * 512 * 512 / 2;

template <typename Arguments>
void set_heads(Arguments& a, const Heads& h) {
  a.batch = h.batch, a.context = h.context, a.heads = h.heads, a.kv_heads = h.kv_heads, a.head_width = h.width;
  a.q_stride = a.out_stride = h.heads * h.width, a.kv_stride = h.kv_heads * h.width;
  a.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(h.width)));
}

std::vector<Tensor> queries_keys_values(daybreak_dtype type, const Heads& h) {
  return {input(type, drawn(h.rows() * h.heads * h.width, 1)), input(type, drawn(h.rows() * h.kv_heads * h.width, 2)),
          input(type, drawn(h.rows() * h.kv_heads * h.width, 3))};
}

Case attention_forward(daybreak_dtype type, Size size) {
  const Heads h = attention_heads(size);
  Case tested{"attention_forward", queries_keys_values(type, h), {}};
  // Probabilities may be rounded to bf16 where all operands are.
  const double budget = type == DAYBREAK_BF16 ? kMaxRelativeErrorBf16 : kMaxRelativeErrorSums;
  tested.tensors.push_back(output(type, h.rows() * h.heads * h.width, budget));
  tested.tensors.push_back(f32_output(h.rows() * h.heads, kMaxRelativeErrorSums));
  tested.tensors[4].scale = {2};
  tested.call = [h](Device& device, const Places& p, const Types& t) {
    daybreak_attention a{};
    set_heads(a, h);
    a.q = p[0], a.k = p[1], a.v = p[2], a.out = p[3], a.log_sum_exp = floats(p[4]), a.type = t[0], a.out_type = t[3];
    device.attention_forward(a);
  };
  return tested;
}

/// The forward pass runs on the same device first: its result is an argument. It is float32, or bf16 where all operands
/// are, for chips have a path of their own for these.
Case attention_backward(daybreak_dtype type, Size size) {
  const Heads h = attention_heads(size);
  const daybreak_dtype out_type = type == DAYBREAK_BF16 ? type : DAYBREAK_F32;
  Case tested{"attention_backward", queries_keys_values(type, h), {}};
  tested.tensors.push_back(input(type, drawn(h.rows() * h.heads * h.width, 4)));
  for (const std::int64_t heads : {h.heads, h.kv_heads, h.kv_heads}) {
    // Probabilities and the gradients of scores may then be rounded to bf16 too.
    const double budget = type == DAYBREAK_BF16 ? kMaxRelativeErrorBf16 : kMaxRelativeErrorSums;
    tested.tensors.push_back(output(type, h.rows() * heads * h.width, budget));
    tested.tensors.back().scale = {4};
  }
  tested.call = [h, out_type](Device& device, const Places& p, const Types& t) {
    Buffer out = device.allocate(static_cast<std::size_t>(h.rows() * h.heads * h.width) * sizeof(float));
    Buffer sums = device.allocate(static_cast<std::size_t>(h.rows() * h.heads) * sizeof(float));
    daybreak_attention f{};
    set_heads(f, h);
    f.q = p[0], f.k = p[1], f.v = p[2], f.out = out.data(), f.log_sum_exp = sums.as<float>(), f.type = t[0],
    f.out_type = out_type;
    device.attention_forward(f);
    daybreak_attention_backward a{};
    set_heads(a, h);
    a.q = p[0], a.k = p[1], a.v = p[2], a.out = out.data(), a.out_gradient = p[3], a.log_sum_exp = f.log_sum_exp;
    a.q_gradient = p[4], a.k_gradient = p[5], a.v_gradient = p[6];
    a.type = t[0], a.out_type = out_type, a.gradient_type = t[3];
    device.attention_backward(a);
    device.synchronize();
  };
  return tested;
}

/// The sums go into a buffer, to be compared like any other output.
Case statistics(daybreak_dtype, Size size) {
  const Extents e = extents(size);
  Case tested{"statistics", {f32_input(with_hostile_row(drawn(e.count(), 1), e)), f32_output(4)}, {}};
  tested.tensors[1].scale = {std::sqrt(static_cast<double>(e.count()))};
  tested.call = [e](Device& device, const Places& p, const Types& t) {
    daybreak_statistics_result found{1, 2, 3, 4};
    daybreak_statistics s{};
    s.count = e.count(), s.x = p[0], s.x_type = t[0], s.result = &found;
    device.statistics(s);
    device.synchronize();
    const float values[] = {static_cast<float>(found.sum), static_cast<float>(found.sum_squares),
                            static_cast<float>(found.largest_magnitude), static_cast<float>(found.not_finite)};
    device.copy_in(p[1], values, sizeof values);
  };
  return tested;
}

/// Adapters: the extents of a size, for builders of a number of rows and their width, and for those of values.
template <bool layer>
Case norm_rows(daybreak_dtype type, Size size) {
  const Extents e = extents(size);
  Case tested = norm_forward(layer, type, e.rows, e.width);
  tested.tensors[0].values = with_hostile_row(std::move(tested.tensors[0].values), e);
  return tested;
}

template <bool layer>
Case norm_gradients(daybreak_dtype type, Size size) {
  return norm_backward(layer, type, extents(size).rows, extents(size).width);
}

template <auto build, auto... options>
Case of_rows(daybreak_dtype type, Size size) {
  return build(type, extents(size).rows, extents(size).width, options...);
}

template <auto build, int spread, auto... options>
Case of_values(daybreak_dtype type, Size size) {
  return build(type, drawn(extents(size).count(), 1, spread), options...);
}

Case logits(daybreak_dtype type, Size size) {
  const Extents e = extents(size);
  return cross_entropy(type, with_hostile_row(drawn(e.count(), 1, 4), e), e.width, 1);
}

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"gemm", DAYBREAK_OP_GEMM, gemm, kLargeProduct},
      {"attention_forward", DAYBREAK_OP_ATTENTION_FORWARD, attention_forward, kLargeAttention},
      {"attention_backward", DAYBREAK_OP_ATTENTION_BACKWARD, attention_backward, kLargeAttention * 3.5},
      {"layernorm_forward", DAYBREAK_OP_LAYERNORM_FORWARD, norm_rows<true>, 0},
      {"layernorm_backward", DAYBREAK_OP_LAYERNORM_BACKWARD, norm_gradients<true>, 0},
      {"rmsnorm_forward", DAYBREAK_OP_RMSNORM_FORWARD, norm_rows<false>, 0},
      {"rmsnorm_backward", DAYBREAK_OP_RMSNORM_BACKWARD, norm_gradients<false>, 0},
      {"gelu_forward", DAYBREAK_OP_GELU_FORWARD, of_values<gelu_forward, 2, 1>, 0},
      {"gelu_backward", DAYBREAK_OP_GELU_BACKWARD, of_values<gelu_backward, 2, false>, 0},
      {"swiglu_forward", DAYBREAK_OP_SWIGLU_FORWARD, of_values<swiglu_forward, 3>, 0},
      {"swiglu_backward", DAYBREAK_OP_SWIGLU_BACKWARD,
       [](daybreak_dtype type, Size size) { return swiglu_backward(type, extents(size).count()); }, 0},
      {"rope", DAYBREAK_OP_ROPE, rope, 0},
      {"embedding_forward", DAYBREAK_OP_EMBEDDING_FORWARD, of_rows<embedding_forward, true>, 0},
      {"embedding_backward", DAYBREAK_OP_EMBEDDING_BACKWARD, of_rows<embedding_backward, true>, 0},
      {"cross_entropy", DAYBREAK_OP_CROSS_ENTROPY, logits, 0},
      {"add_bias", DAYBREAK_OP_ADD_BIAS, of_rows<add_bias>, 0},
      {"sum_rows", DAYBREAK_OP_SUM_ROWS, of_rows<sum_rows>, 0},
      {"add_scaled", DAYBREAK_OP_ADD_SCALED,
       [](daybreak_dtype type, Size size) {
         return add_scaled(type, DAYBREAK_F32, extents(size).count(), 0.25f, 0.5f);
       },
       0},
      {"cast", DAYBREAK_OP_CAST,
       [](daybreak_dtype type, Size size) { return cast(DAYBREAK_F32, type, drawn(extents(size).count(), 1, 3)); }, 0},
      {"statistics", DAYBREAK_OP_STATISTICS, statistics, 0},
      {"adamw", DAYBREAK_OP_ADAMW,
       [](daybreak_dtype type, Size size) {
         return adamw(extents(size).count(), 10, {DAYBREAK_F32, DAYBREAK_F32}, type);
       },
       0}};
  return all;
}

}  // namespace daybreak::device::conformance
