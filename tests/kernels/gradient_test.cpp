// The reference chip's backward operations against central differences of its forward operations, in float64.
#include <cmath>
#include <functional>
#include <numeric>

#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
using daybreak::device::Buffer;
using daybreak::device::Device;
using Values = std::vector<double>;
using Function = std::function<Values(const Values&)>;

namespace {

Device& reference() {
  static Device device = Device::open("reference");
  return device;
}

Buffer put(const Values& values) {
  return reference().upload(std::span<const double>(values));
}

Buffer put_f32(const Values& values) {
  return reference().upload(std::span<const float>(std::vector<float>(values.begin(), values.end())));
}

Buffer room(std::int64_t count) {
  return put(Values(static_cast<std::size_t>(count)));
}

Values get(const Buffer& buffer) {
  return buffer.to_host<double>();
}

Values get_f32(const Buffer& buffer) {
  const auto values = buffer.to_host<float>();
  return {values.begin(), values.end()};
}

/// `gradient` is that of weights . f(x): compared with differences of the fourth order for every element.
void check_gradient(const Function& f, Values x, const Values& weights, const Values& gradient, double tolerance = 2e-6,
                    double step = 1e-3) {
  const auto loss = [&](std::size_t i, double move) {
    const double before = x[i];
    x[i] += move;
    const Values y = f(x);
    x[i] = before;
    return std::inner_product(y.begin(), y.end(), weights.begin(), 0.0);
  };
  REQUIRE(gradient.size() == x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double near = loss(i, step) - loss(i, -step), far = loss(i, 2 * step) - loss(i, -2 * step);
    INFO("element " << i);
    CHECK_THAT(gradient[i], Catch::Matchers::WithinAbs((8 * near - far) / (12 * step), tolerance));
  }
}

constexpr std::int64_t kRows = 3, kWidth = 7;

struct NormResult {
  Values y, mean, rstd;
};

NormResult norm(bool layer, const Values& x, const Values& weight, const Values& bias) {
  const Buffer bx = put(x), bw = put(weight), bb = put(bias);
  Buffer y = room(kRows * kWidth), mean = put_f32(Values(kRows)), rstd = put_f32(Values(kRows));
  daybreak_norm n{};
  n.rows = kRows, n.width = kWidth, n.x = bx.data(), n.weight = bw.data(), n.bias = bb.data(), n.y = y.data();
  n.mean = mean.as<float>(), n.rstd = rstd.as<float>(), n.epsilon = 1e-3f;
  n.x_type = n.weight_type = n.y_type = DAYBREAK_F64;
  layer ? reference().layernorm_forward(n) : reference().rmsnorm_forward(n);
  return {get(y), get_f32(mean), get_f32(rstd)};
}

void check_norm(bool layer) {
  const Values x = normal(kRows * kWidth, 1), weight = normal(kWidth, 2), bias = normal(kWidth, 3), dy = normal(kRows * kWidth, 4);
  const NormResult forward = norm(layer, x, weight, bias);
  const Buffer bx = put(x), bw = put(weight), bdy = put(dy), mean = put_f32(forward.mean), rstd = put_f32(forward.rstd);
  Buffer dx = room(kRows * kWidth), dw = put_f32(Values(kWidth)), db = put_f32(Values(kWidth));
  daybreak_norm_backward n{};
  n.rows = kRows, n.width = kWidth, n.x = bx.data(), n.weight = bw.data(), n.y_gradient = bdy.data();
  n.mean = mean.as<float>(), n.rstd = rstd.as<float>(), n.x_gradient = dx.data();
  n.weight_gradient = dw.as<float>(), n.bias_gradient = db.as<float>();
  n.x_type = n.weight_type = n.y_gradient_type = n.x_gradient_type = DAYBREAK_F64;
  layer ? reference().layernorm_backward(n) : reference().rmsnorm_backward(n);
  check_gradient([&](const Values& v) { return norm(layer, v, weight, bias).y; }, x, dy, get(dx));
  check_gradient([&](const Values& v) { return norm(layer, x, v, bias).y; }, weight, dy, get_f32(dw));
  if (layer) check_gradient([&](const Values& v) { return norm(layer, x, weight, v).y; }, bias, dy, get_f32(db));
}

Values gelu(const Values& x) {
  const Buffer bx = put(x);
  Buffer y = room(static_cast<std::int64_t>(x.size()));
  daybreak_gelu g{};
  g.count = static_cast<std::int64_t>(x.size()), g.x = bx.data(), g.y = y.data(), g.x_type = g.y_type = DAYBREAK_F64;
  reference().gelu_forward(g);
  return get(y);
}

Values swiglu(const Values& gate, const Values& up) {
  const Buffer bg = put(gate), bu = put(up);
  Buffer y = room(static_cast<std::int64_t>(gate.size()));
  daybreak_swiglu s{};
  s.count = static_cast<std::int64_t>(gate.size()), s.gate = bg.data(), s.up = bu.data(), s.y = y.data();
  s.x_type = s.y_type = DAYBREAK_F64;
  reference().swiglu_forward(s);
  return get(y);
}

// Two query heads share a key head; two sequences.
constexpr std::int64_t kBatch = 2, kContext = 5, kHeads = 4, kKvHeads = 2, kHeadWidth = 3;
constexpr std::int64_t kTokens = kBatch * kContext, kQ = kHeads * kHeadWidth, kKv = kKvHeads * kHeadWidth;

template <typename Arguments>
Arguments attention_arguments(const Buffer& q, const Buffer& k, const Buffer& v) {
  Arguments a{};
  a.batch = kBatch, a.context = kContext, a.heads = kHeads, a.kv_heads = kKvHeads, a.head_width = kHeadWidth;
  a.q_stride = a.out_stride = kQ, a.kv_stride = kKv, a.scale = 0.7f;
  a.q = q.data(), a.k = k.data(), a.v = v.data(), a.type = a.out_type = DAYBREAK_F64;
  return a;
}

Values attention(const Values& q, const Values& k, const Values& v) {
  const Buffer bq = put(q), bk = put(k), bv = put(v);
  Buffer out = room(kTokens * kQ), lse = put_f32(Values(kTokens * kHeads));
  auto a = attention_arguments<daybreak_attention>(bq, bk, bv);
  a.out = out.data(), a.log_sum_exp = lse.as<float>();
  reference().attention_forward(a);
  return get(out);
}

/// Losses, and the gradient in place of the logits where scale is 1.
std::pair<Values, Values> cross_entropy(const Values& logits, float scale) {
  const std::vector<std::uint32_t> target{2, 0xffffffff, 6};
  const Buffer bt = reference().upload(std::span<const std::uint32_t>(target));
  Buffer bl = put(logits), loss = put_f32(Values(kRows));
  daybreak_cross_entropy c{};
  c.rows = kRows, c.vocabulary = kWidth, c.logits = bl.data(), c.target = bt.as<std::uint32_t>(), c.ignored = 0xffffffff;
  c.loss = loss.as<float>(), c.gradient_scale = scale, c.logits_type = DAYBREAK_F64;
  reference().cross_entropy(c);
  return {get_f32(loss), get(bl)};
}

}  // namespace

TEST_CASE("the gradients of both normalizations are those of their forward pass") {
  check_norm(true);
  check_norm(false);
}

TEST_CASE("the slope of gelu is that of gelu") {
  const Values x = normal(40, 5, 2), dy = normal(40, 6);
  const Buffer bx = put(x);
  Buffer d = put(dy);
  daybreak_gelu_backward g{};
  g.count = 40, g.x = bx.data(), g.y_gradient = d.data(), g.x_gradient = d.data(), g.x_type = g.gradient_type = DAYBREAK_F64;
  reference().gelu_backward(g);
  check_gradient(gelu, x, dy, get(d));
}

TEST_CASE("the gradients of swiglu are those of swiglu") {
  const Values gate = normal(30, 7, 2), up = normal(30, 8), dy = normal(30, 9);
  const Buffer bg = put(gate), bu = put(up), bdy = put(dy);
  Buffer dgate = room(30), dup = room(30);
  daybreak_swiglu_backward s{};
  s.count = 30, s.gate = bg.data(), s.up = bu.data(), s.y_gradient = bdy.data(), s.gate_gradient = dgate.data();
  s.up_gradient = dup.data(), s.x_type = s.gradient_type = DAYBREAK_F64;
  reference().swiglu_backward(s);
  check_gradient([&](const Values& v) { return swiglu(v, up); }, gate, dy, get(dgate));
  check_gradient([&](const Values& v) { return swiglu(gate, v); }, up, dy, get(dup));
}

TEST_CASE("the gradients of attention are those of attention, summed over the heads that share a key") {
  const Values q = normal(kTokens * kQ, 10), k = normal(kTokens * kKv, 11), v = normal(kTokens * kKv, 12), dout = normal(kTokens * kQ, 13);
  const Buffer bq = put(q), bk = put(k), bv = put(v), bdout = put(dout), out = put(attention(q, k, v));
  const Buffer lse = put_f32(Values(kTokens * kHeads));
  Buffer dq = room(kTokens * kQ), dk = room(kTokens * kKv), dv = room(kTokens * kKv);
  auto a = attention_arguments<daybreak_attention_backward>(bq, bk, bv);
  a.out = out.data(), a.out_gradient = bdout.data(), a.log_sum_exp = lse.as<float>(), a.gradient_type = DAYBREAK_F64;
  a.q_gradient = dq.data(), a.k_gradient = dk.data(), a.v_gradient = dv.data();
  reference().attention_backward(a);
  check_gradient([&](const Values& x) { return attention(x, k, v); }, q, dout, get(dq));
  check_gradient([&](const Values& x) { return attention(q, x, v); }, k, dout, get(dk));
  check_gradient([&](const Values& x) { return attention(q, k, x); }, v, dout, get(dv));
}

TEST_CASE("the gradient of cross entropy is that of its losses, whose ignored row counts for nothing") {
  const Values logits = normal(kRows * kWidth, 14), ones(kRows, 1.0);
  // The losses are float32: larger steps keep their rounding small.
  check_gradient([](const Values& x) { return cross_entropy(x, 0).first; }, logits, ones, cross_entropy(logits, 1).second, 2e-5, 0.03);
  CHECK(cross_entropy(logits, 0).second == logits);
}

TEST_CASE("rotary positions: the backward pass is the transpose of the forward pass") {
  const auto turn = [](const Values& x, int direction) {
    Buffer b = put(x);
    daybreak_rope r{};
    r.tokens = 6, r.context = 4, r.heads = 2, r.head_width = 4, r.row_stride = 8, r.x = b.data(), r.x_type = DAYBREAK_F64;
    r.base = 100, r.direction = direction;
    reference().rope(r);
    return get(b);
  };
  const Values x = normal(48, 15), w = normal(48, 16);
  check_gradient([&](const Values& v) { return turn(v, 1); }, x, w, turn(w, -1));
}

TEST_CASE("the gradient of an embedding is that of its rows") {
  const std::vector<std::uint32_t> token{3, 1, 3, 0, 3};
  const Buffer tokens = reference().upload(std::span<const std::uint32_t>(token));
  const Values table = normal(4 * kWidth, 17), positions = normal(2 * kWidth, 18), dy = normal(5 * kWidth, 19);
  const auto embed = [&](const Values& rows, const Values& places) {
    const Buffer bt = put(rows), bp = put(places);
    Buffer out = room(5 * kWidth);
    daybreak_embedding e{};
    e.tokens = 5, e.width = kWidth, e.vocabulary = 4, e.positions = 2, e.context = 2, e.token = tokens.as<std::uint32_t>();
    e.table = bt.data(), e.position_table = bp.data(), e.out = out.data(), e.table_type = e.out_type = DAYBREAK_F64;
    reference().embedding_forward(e);
    return get(out);
  };
  const Buffer bdy = put(dy);
  Buffer dtable = put_f32(Values(4 * kWidth)), dpositions = put_f32(Values(2 * kWidth));
  daybreak_embedding_backward e{};
  e.tokens = 5, e.width = kWidth, e.vocabulary = 4, e.positions = 2, e.context = 2, e.token = tokens.as<std::uint32_t>();
  e.out_gradient = bdy.data(), e.out_gradient_type = DAYBREAK_F64;
  e.table_gradient = dtable.as<float>(), e.position_gradient = dpositions.as<float>();
  reference().embedding_backward(e);
  check_gradient([&](const Values& x) { return embed(x, positions); }, table, dy, get_f32(dtable));
  check_gradient([&](const Values& x) { return embed(table, x); }, positions, dy, get_f32(dpositions));
}
