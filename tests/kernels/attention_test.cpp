// Causal attention with grouped queries, both directions.
#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
namespace {

struct Shape {
  std::int64_t batch, context, heads, kv_heads, head_width;
};

/// q, k and v as parts of one buffer, as a fused projection leaves them.
struct Layout {
  explicit Layout(const Shape& s)
      : q_width(s.heads * s.head_width),
        kv_width(s.kv_heads * s.head_width),
        stride(q_width + 2 * kv_width),
        rows(s.batch * s.context) {}
  std::int64_t q_width, kv_width, stride, rows;
};

template <typename Arguments>
void set_shape(Arguments& a, const Shape& s, const Layout& l) {
  a.batch = s.batch, a.context = s.context, a.heads = s.heads, a.kv_heads = s.kv_heads, a.head_width = s.head_width;
  a.q_stride = a.kv_stride = l.stride, a.out_stride = l.q_width;
  a.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(s.head_width)));
}

/// The element `offset` of a buffer of this type.
template <typename Pointer>
Pointer at(Pointer buffer, daybreak_dtype type, std::int64_t offset) {
  return static_cast<char*>(buffer) + offset * static_cast<std::int64_t>(daybreak::device::bytes_of(type));
}

daybreak_attention forward_arguments(const Shape& s, const Layout& l, void* qkv, daybreak_dtype type) {
  daybreak_attention a{};
  set_shape(a, s, l);
  a.q = qkv, a.k = at(qkv, type, l.q_width), a.v = at(qkv, type, l.q_width + l.kv_width), a.type = type;
  return a;
}

/// Where all operands are bf16, probabilities and the gradients of scores may be bf16 too.
double budget_of(daybreak_dtype type, daybreak_dtype out_type) {
  return type == DAYBREAK_BF16 && out_type == DAYBREAK_BF16 ? kMaxRelativeErrorBf16 : kMaxRelativeErrorSums;
}

Case forward(const Shape& s, daybreak_dtype type, daybreak_dtype out_type, double spread = 1) {
  const Layout l(s);
  Case tested{"attention_forward",
              {input(type, normal(l.rows * l.stride, 1, spread)),
               output(out_type, l.rows * l.q_width, budget_of(type, out_type)),
               f32_output(s.batch * s.heads * s.context, kMaxRelativeErrorSums)},
              {}};
  tested.tensors[1].scale = {spread};
  tested.tensors[2].scale = {1 + spread * spread};
  tested.call = [=](auto& device, const auto& p, const auto& t) {
    daybreak_attention a = forward_arguments(s, l, p[0], t[0]);
    a.out = p[1], a.out_type = t[1], a.log_sum_exp = static_cast<float*>(p[2]);
    device.attention_forward(a);
  };
  return tested;
}

/// The forward pass runs on the same device first: its result is an argument.
Case backward(const Shape& s, daybreak_dtype type, daybreak_dtype out_type = DAYBREAK_F32) {
  const Layout l(s);
  Case tested{"attention_backward",
              {input(type, normal(l.rows * l.stride, 2)), input(type, normal(l.rows * l.q_width, 3)),
               output(type, l.rows * l.stride, budget_of(type, out_type))},
              {}};
  tested.tensors[2].scale = {4};
  tested.call = [=](auto& device, const auto& p, const auto& t) {
    auto out = device.allocate(static_cast<std::size_t>(l.rows * l.q_width) * sizeof(float));
    auto lse = device.allocate(static_cast<std::size_t>(l.rows * s.heads) * sizeof(float));
    daybreak_attention f = forward_arguments(s, l, p[0], t[0]);
    f.out = out.data(), f.out_type = out_type, f.log_sum_exp = lse.template as<float>();
    device.attention_forward(f);
    daybreak_attention_backward a{};
    set_shape(a, s, l);
    a.q = f.q, a.k = f.k, a.v = f.v, a.out = out.data(), a.out_gradient = p[1], a.log_sum_exp = f.log_sum_exp;
    a.q_gradient = p[2], a.k_gradient = at(p[2], t[2], l.q_width),
    a.v_gradient = at(p[2], t[2], l.q_width + l.kv_width);
    a.type = t[0], a.out_type = out_type, a.gradient_type = t[1];
    device.attention_backward(a);
    device.synchronize();
  };
  return tested;
}

const Shape kShapes[] = {{1, 1, 1, 1, 1},    {2, 5, 2, 1, 4},  {1, 63, 3, 3, 8},   {1, 65, 4, 2, 17},
                         {2, 100, 2, 2, 32}, {1, 97, 1, 1, 3}, {1, 200, 6, 2, 24}, {1, 193, 2, 1, 64}};
// More than one strip of keys and of queries; widths of one, two and four blocks and between.
const Shape kShapesBf16[] = {{1, 1, 1, 1, 1},   {2, 33, 4, 2, 16}, {1, 300, 2, 1, 64}, {1, 129, 2, 2, 128},
                             {1, 96, 2, 1, 80}, {1, 64, 4, 4, 32}, {2, 65, 6, 2, 24},  {1, 530, 1, 1, 40}};
const Shape kWideHeads[] = {{1, 70, 2, 1, 128}, {1, 40, 2, 1, 256}};

/// Both cases on every device: operand `compared` must agree in rows [first, last), and the second's element `spoiled` be NaN.
void check_spoiled(const Case& clean, const Case& with_nan, std::size_t compared, std::int64_t width, std::int64_t first,
                   std::int64_t last, std::int64_t spoiled) {
  const daybreak_dtype type = clean.tensors[compared].type;
  const auto place = [&](std::int64_t row) {
    return row * width * static_cast<std::int64_t>(daybreak::device::bytes_of(type));
  };
  for_each_device([&](const std::string& name, daybreak::device::Device& device) {
    INFO(clean.name << " on " << name);
    const auto want = execute(clean, device, false)[compared], got = execute(with_nan, device, false)[compared];
    CHECK(std::equal(got.begin() + place(first), got.begin() + place(last), want.begin() + place(first)));
    CHECK(std::isnan(from_bytes(type, got)[static_cast<std::size_t>(spoiled)]));
  });
}

}  // namespace

TEST_CASE("attention forward") {
  for (const Shape& shape : kShapes) check(forward(shape, DAYBREAK_F32, DAYBREAK_F32));
  for (const daybreak_dtype type : kWideTypes) check(forward({1, 70, 4, 2, 16}, type, type));
  check(forward({1, 130, 2, 2, 16}, DAYBREAK_F32, DAYBREAK_BF16, 8));  // scores far apart
  for (const Shape& shape : kShapesBf16) check(forward(shape, DAYBREAK_BF16, DAYBREAK_BF16));
  check(forward({1, 290, 2, 2, 16}, DAYBREAK_BF16, DAYBREAK_BF16, 8));
  for (const Shape& shape : kWideHeads) check(forward(shape, DAYBREAK_F32, DAYBREAK_F32));
  for (const Shape& shape : {Shape{1, 257, 2, 1, 64}, Shape{1, 130, 3, 1, 128}}) check(forward(shape, DAYBREAK_F16, DAYBREAK_F16));
  check(forward({1, 70, 2, 1, 64}, DAYBREAK_F8_E4M3, DAYBREAK_BF16));
}

TEST_CASE("attention backward") {
  for (const Shape& shape : kShapes) check(backward(shape, DAYBREAK_F32));
  for (const daybreak_dtype type : kWideTypes) check(backward({1, 70, 4, 2, 16}, type));
  for (const Shape& shape : kShapesBf16) check(backward(shape, DAYBREAK_BF16, DAYBREAK_BF16));
  for (const Shape& shape : kWideHeads) check(backward(shape, DAYBREAK_F32));
}

TEST_CASE("attention: what is not finite spoils no row beyond those that depend on it and 96 positions more") {
  for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16})
    for (const Shape& shape : {Shape{1, 250, 2, 1, 64}, Shape{1, 250, 2, 1, 128}}) {
      const Layout l(shape);
      const double nan = std::numeric_limits<double>::quiet_NaN();
      Case with_nan = forward(shape, type, type);  // in a value of row 200
      with_nan.tensors[0].values[static_cast<std::size_t>(200 * l.stride + l.q_width + l.kv_width)] = nan;
      check_spoiled(forward(shape, type, type), with_nan, 1, l.q_width, 0, 200 - 96, 200 * l.q_width);
      with_nan = backward(shape, type, type);  // in the gradient of row 40
      with_nan.tensors[1].values[static_cast<std::size_t>(40 * l.q_width)] = nan;
      check_spoiled(backward(shape, type, type), with_nan, 2, l.stride, 40 + 96 + 1, 250, l.q_width + l.kv_width);
    }
}

TEST_CASE("attention: a later key never reaches an earlier row, not even as NaN") {
  const Shape shape{1, 150, 2, 1, 8};
  const Layout l(shape);
  Case tested = forward(shape, DAYBREAK_F32, DAYBREAK_F32);
  tested.tensors[0].values[static_cast<std::size_t>(149 * l.stride + l.q_width)] =
      std::numeric_limits<double>::quiet_NaN();
  check(tested);
  Case narrow = forward(shape, DAYBREAK_BF16, DAYBREAK_BF16);
  narrow.tensors[0].values[static_cast<std::size_t>(149 * l.stride + l.q_width)] =
      std::numeric_limits<double>::quiet_NaN();
  check(narrow);
}
