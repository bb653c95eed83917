#include "libcore/device/conformance_cases.h"

#include <algorithm>
#include <cmath>
#include <limits>

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

/// Normal values; of very many the first are repeated, for drawing them takes longer than what is timed.
std::vector<double> drawn(std::int64_t count, unsigned seed, double spread = 1) {
  constexpr std::int64_t kMost = 1 << 16;
  std::vector<double> values = normal(std::min(count, kMost), seed, spread);
  values.resize(static_cast<std::size_t>(count));
  for (std::size_t i = kMost; i < values.size(); ++i) values[i] = values[i - kMost];
  return values;
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

template <bool layer>
Case norm_forward(daybreak_dtype type, Size size) {
  const Extents e = extents(size);
  Case tested{"",
              {input(type, with_hostile_row(drawn(e.count(), 1, 2), e)), input(type, drawn(e.width, 2)),
               input(type, drawn(e.width, 3)), output(type, e.count(), kMaxRelativeErrorSums),
               f32_output(e.rows, kMaxRelativeErrorF32), f32_output(e.rows, kMaxRelativeErrorSums)},
              {}};
  if (!layer) tested.tensors[4] = f32_updated(drawn(e.rows, 4));  // stays as it is
  tested.call = [e](Device& device, const Places& p, const Types& t) {
    daybreak_norm n{};
    n.rows = e.rows, n.width = e.width, n.x = p[0], n.weight = p[1], n.y = p[3], n.rstd = floats(p[5]),
    n.epsilon = 1e-5f;
    n.x_type = t[0], n.weight_type = t[1], n.y_type = t[3];
    if (layer) n.bias = p[2], n.mean = floats(p[4]);
    layer ? device.layernorm_forward(n) : device.rmsnorm_forward(n);
  };
  return tested;
}

template <bool layer>
Case norm_backward(daybreak_dtype type, Size size) {
  const Extents e = extents(size);
  std::vector<double> rstd = drawn(e.rows, 9);
  for (double& r : rstd) r = 0.5 + std::fabs(r);
  Case tested{
      "",
      {input(type, drawn(e.count(), 5)), input(type, drawn(e.width, 6)), input(type, drawn(e.count(), 7)),
       f32_input(drawn(e.rows, 8, 0.1)), f32_input(rstd), updated(type, drawn(e.count(), 10), kMaxRelativeErrorSums),
       f32_updated(drawn(e.width, 11), kMaxRelativeErrorSums), f32_updated(drawn(e.width, 12), kMaxRelativeErrorSums)},
      {}};
  tested.tensors[5].scale = {8};
  tested.tensors[6].scale = tested.tensors[7].scale = {std::sqrt(static_cast<double>(e.rows)) + 1};
  tested.call = [e](Device& device, const Places& p, const Types& t) {
    daybreak_norm_backward n{};
    n.rows = e.rows, n.width = e.width, n.x = p[0], n.weight = p[1], n.y_gradient = p[2], n.rstd = floats(p[4]),
    n.x_gradient = p[5];
    n.weight_gradient = floats(p[6]);
    n.x_type = t[0], n.weight_type = t[1], n.y_gradient_type = t[2], n.x_gradient_type = t[5];
    if (layer) n.mean = floats(p[3]), n.bias_gradient = floats(p[7]);
    layer ? device.layernorm_backward(n) : device.rmsnorm_backward(n);
  };
  return tested;
}

Case gelu_forward(daybreak_dtype type, Size size) {
  const std::int64_t count = extents(size).count();
  Case tested{"", {input(type, drawn(count, 1, 2)), output(type, count, kMaxRelativeErrorExp)}, {}};
  tested.call = [count](Device& device, const Places& p, const Types& t) {
    daybreak_gelu g{};
    g.count = count, g.x = p[0], g.y = p[1], g.x_type = t[0], g.y_type = t[1];
    device.gelu_forward(g);
  };
  return tested;
}

Case gelu_backward(daybreak_dtype type, Size size) {
  const std::int64_t count = extents(size).count();
  Case tested{
      "",
      {input(type, drawn(count, 1, 2)), input(type, drawn(count, 2)), output(type, count, kMaxRelativeErrorExp)},
      {}};
  tested.call = [count](Device& device, const Places& p, const Types& t) {
    daybreak_gelu_backward g{};
    g.count = count, g.x = p[0], g.y_gradient = p[1], g.x_gradient = p[2], g.x_type = t[0], g.gradient_type = t[1];
    device.gelu_backward(g);
  };
  return tested;
}

Case swiglu_forward(daybreak_dtype type, Size size) {
  const std::int64_t count = extents(size).count();
  Case tested{
      "",
      {input(type, drawn(count, 1, 3)), input(type, drawn(count, 2)), output(type, count, kMaxRelativeErrorExp)},
      {}};
  tested.call = [count](Device& device, const Places& p, const Types& t) {
    daybreak_swiglu s{};
    s.count = count, s.gate = p[0], s.up = p[1], s.y = p[2], s.x_type = t[0], s.y_type = t[2];
    device.swiglu_forward(s);
  };
  return tested;
}

Case swiglu_backward(daybreak_dtype type, Size size) {
  const std::int64_t count = extents(size).count();
  Case tested{"",
              {input(type, drawn(count, 1, 3)), input(type, drawn(count, 2)), input(type, drawn(count, 3)),
               output(type, count, kMaxRelativeErrorExp), output(type, count, kMaxRelativeErrorExp)},
              {}};
  tested.call = [count](Device& device, const Places& p, const Types& t) {
    daybreak_swiglu_backward s{};
    s.count = count, s.gate = p[0], s.up = p[1], s.y_gradient = p[2], s.gate_gradient = p[3], s.up_gradient = p[4];
    s.x_type = t[0], s.gradient_type = t[2];
    device.swiglu_backward(s);
  };
  return tested;
}

Case rope(daybreak_dtype type, Size size) {
  const Extents e = size == Size::one ? Extents{1, 2} : size == Size::odd ? Extents{13, 30} : extents(size);
  const std::int64_t heads = e.width % 3 == 0 ? 3 : 1;
  Case tested{"", {updated(type, drawn(e.count(), 1))}, {}};
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
  Case tested{"", queries_keys_values(type, h), {}};
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
  Case tested{"", queries_keys_values(type, h), {}};
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

/// Token ids, uploaded by whoever needs them.
std::vector<std::uint32_t> ids(std::int64_t vocabulary, std::int64_t count) {
  return below(static_cast<std::uint32_t>(vocabulary), count, 7);
}

Case embedding_forward(daybreak_dtype type, Size size) {
  const Extents e = extents(size);
  const std::int64_t vocabulary = 37;
  const auto token = ids(vocabulary, e.rows);
  Case tested{
      "",
      {input(type, drawn(vocabulary * e.width, 1)), input(type, drawn(11 * e.width, 2)), output(type, e.count())},
      {}};
  tested.call = [=](Device& device, const Places& p, const Types& t) {
    const Buffer tokens = device.upload(std::span<const std::uint32_t>(token));
    daybreak_embedding a{};
    a.tokens = e.rows, a.width = e.width, a.vocabulary = vocabulary, a.positions = a.context = 11,
    a.token = tokens.as<std::uint32_t>();
    a.table = p[0], a.position_table = p[1], a.out = p[2], a.table_type = t[0], a.out_type = t[2];
    device.embedding_forward(a);
    device.synchronize();
  };
  return tested;
}

Case embedding_backward(daybreak_dtype type, Size size) {
  const Extents e = extents(size);
  const std::int64_t vocabulary = 37;
  const auto token = ids(vocabulary, e.rows);
  Case tested{"",
              {input(type, drawn(e.count(), 1)), f32_updated(drawn(vocabulary * e.width, 2)),
               f32_updated(drawn(11 * e.width, 3))},
              {}};
  tested.tensors[1].scale = tested.tensors[2].scale = {10};
  tested.call = [=](Device& device, const Places& p, const Types& t) {
    const Buffer tokens = device.upload(std::span<const std::uint32_t>(token));
    daybreak_embedding_backward a{};
    a.tokens = e.rows, a.width = e.width, a.vocabulary = vocabulary, a.positions = a.context = 11,
    a.token = tokens.as<std::uint32_t>();
    a.out_gradient = p[0], a.out_gradient_type = t[0], a.table_gradient = floats(p[1]),
    a.position_gradient = floats(p[2]);
    device.embedding_backward(a);
    device.synchronize();
  };
  return tested;
}

Case cross_entropy(daybreak_dtype type, Size size) {
  const Extents e = extents(size);
  auto target = ids(e.width, e.rows);
  for (std::size_t r = 2; r < target.size(); r += 5) target[r] = 0xffffffff;
  Case tested{"",
              {updated(type, with_hostile_row(drawn(e.count(), 1, 4), e), kMaxRelativeErrorExp),
               f32_output(e.rows, kMaxRelativeErrorExp)},
              {}};
  tested.call = [=](Device& device, const Places& p, const Types& t) {
    const Buffer targets = device.upload(std::span<const std::uint32_t>(target));
    daybreak_cross_entropy c{};
    c.rows = e.rows, c.vocabulary = e.width, c.logits = p[0], c.logits_type = t[0],
    c.target = targets.as<std::uint32_t>();
    c.ignored = 0xffffffff, c.loss = floats(p[1]), c.gradient_scale = 1;
    device.cross_entropy(c);
    device.synchronize();
  };
  return tested;
}

Case add_bias(daybreak_dtype type, Size size) {
  const Extents e = extents(size);
  Case tested{"", {updated(type, drawn(e.count(), 1)), input(DAYBREAK_F32, drawn(e.width, 2))}, {}};
  tested.call = [e](Device& device, const Places& p, const Types& t) {
    daybreak_add_bias a{};
    a.rows = e.rows, a.width = e.width, a.x = p[0], a.bias = p[1], a.x_type = t[0], a.bias_type = t[1];
    device.add_bias(a);
  };
  return tested;
}

Case sum_rows(daybreak_dtype type, Size size) {
  const Extents e = extents(size);
  Case tested{"", {input(type, drawn(e.count(), 1)), f32_updated(drawn(e.width, 2))}, {}};
  tested.tensors[1].scale = {std::sqrt(static_cast<double>(e.rows)) + 1};
  tested.call = [e](Device& device, const Places& p, const Types& t) {
    daybreak_sum_rows s{};
    s.rows = e.rows, s.width = e.width, s.x = p[0], s.out = floats(p[1]), s.x_type = t[0];
    device.sum_rows(s);
  };
  return tested;
}

Case add_scaled(daybreak_dtype type, Size size) {
  const std::int64_t count = extents(size).count();
  Case tested{"", {input(type, drawn(count, 1)), updated(DAYBREAK_F32, drawn(count, 2))}, {}};
  tested.call = [count](Device& device, const Places& p, const Types& t) {
    daybreak_add_scaled a{};
    a.count = count, a.x = p[0], a.y = p[1], a.scale_x = 0.25f, a.scale_y = 0.5f, a.x_type = t[0], a.y_type = t[1];
    device.add_scaled(a);
  };
  return tested;
}

Case cast(daybreak_dtype type, Size size) {
  const std::int64_t count = extents(size).count();
  Case tested{"", {input(DAYBREAK_F32, drawn(count, 1, 3)), output(type, count, kExact)}, {}};
  tested.call = [count](Device& device, const Places& p, const Types& t) {
    daybreak_cast c{};
    c.count = count, c.x = p[0], c.y = p[1], c.x_type = t[0], c.y_type = t[1];
    device.cast(c);
  };
  return tested;
}

/// The sums go into a buffer, to be compared like any other output.
Case statistics(daybreak_dtype, Size size) {
  const Extents e = extents(size);
  Case tested{"", {f32_input(with_hostile_row(drawn(e.count(), 1), e)), f32_output(4)}, {}};
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

Case adamw(daybreak_dtype type, Size size) {
  const std::int64_t count = extents(size).count();
  std::vector<double> second = drawn(count, 4, 1e-3);
  for (double& v : second) v *= v;
  Case tested{"",
              {f32_updated(drawn(count, 1), 2e-6), f32_input(drawn(count, 2, 0.1)), f32_updated(drawn(count, 3, 0.01)),
               f32_updated(second), output(type, count, 2e-6)},
              {}};
  tested.tensors[3].scale = {1e-2};
  tested.call = [count](Device& device, const Places& p, const Types& t) {
    daybreak_adamw a{};
    a.count = count, a.step = 10, a.weight = floats(p[0]), a.gradient = floats(p[1]), a.first_moment = floats(p[2]);
    a.second_moment = floats(p[3]), a.copy = p[4], a.copy_type = t[4];
    a.learning_rate = 1e-3f, a.beta1 = 0.9f, a.beta2 = 0.95f, a.epsilon = 1e-8f, a.decay = 0.1f,
    a.gradient_scale = 0.5f;
    device.adamw(a);
  };
  return tested;
}

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"gemm", DAYBREAK_OP_GEMM, gemm, kLargeProduct},
      {"attention_forward", DAYBREAK_OP_ATTENTION_FORWARD, attention_forward, kLargeAttention},
      {"attention_backward", DAYBREAK_OP_ATTENTION_BACKWARD, attention_backward, kLargeAttention * 3.5},
      {"layernorm_forward", DAYBREAK_OP_LAYERNORM_FORWARD, norm_forward<true>, 0},
      {"layernorm_backward", DAYBREAK_OP_LAYERNORM_BACKWARD, norm_backward<true>, 0},
      {"rmsnorm_forward", DAYBREAK_OP_RMSNORM_FORWARD, norm_forward<false>, 0},
      {"rmsnorm_backward", DAYBREAK_OP_RMSNORM_BACKWARD, norm_backward<false>, 0},
      {"gelu_forward", DAYBREAK_OP_GELU_FORWARD, gelu_forward, 0},
      {"gelu_backward", DAYBREAK_OP_GELU_BACKWARD, gelu_backward, 0},
      {"swiglu_forward", DAYBREAK_OP_SWIGLU_FORWARD, swiglu_forward, 0},
      {"swiglu_backward", DAYBREAK_OP_SWIGLU_BACKWARD, swiglu_backward, 0},
      {"rope", DAYBREAK_OP_ROPE, rope, 0},
      {"embedding_forward", DAYBREAK_OP_EMBEDDING_FORWARD, embedding_forward, 0},
      {"embedding_backward", DAYBREAK_OP_EMBEDDING_BACKWARD, embedding_backward, 0},
      {"cross_entropy", DAYBREAK_OP_CROSS_ENTROPY, cross_entropy, 0},
      {"add_bias", DAYBREAK_OP_ADD_BIAS, add_bias, 0},
      {"sum_rows", DAYBREAK_OP_SUM_ROWS, sum_rows, 0},
      {"add_scaled", DAYBREAK_OP_ADD_SCALED, add_scaled, 0},
      {"cast", DAYBREAK_OP_CAST, cast, 0},
      {"statistics", DAYBREAK_OP_STATISTICS, statistics, 0},
      {"adamw", DAYBREAK_OP_ADAMW, adamw, 0}};
  return all;
}

}  // namespace daybreak::device::conformance
