// Operations over rows: normalization, cross entropy, embedding, bias, rotary positions.
#include <cmath>
#include <limits>

#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kRows[] = {1, 3, 130}, kWidths[] = {1, 5, 16, 31, 128, 300};

Case norm(bool layer, daybreak_dtype type, std::int64_t rows, std::int64_t width) {
  Case tested{layer ? "layernorm_forward" : "rmsnorm_forward",
              {input(type, normal(rows * width, 1, 2)), input(type, normal(width, 2)), input(type, normal(width, 3)),
               output(type, rows * width, kMaxRelativeErrorSums), f32_output(rows), f32_output(rows, kMaxRelativeErrorSums)}, {}};
  if (!layer) tested.tensors[4] = f32_updated(normal(rows, 4));  // stays as it is
  // rstd of a row of one element is 1 / sqrt(epsilon): float32 cancels in x - mean.
  tested.call = [=](auto& device, const auto& p, const auto& t) {
    daybreak_norm n{};
    n.rows = rows, n.width = width, n.x = p[0], n.weight = p[1], n.y = p[3], n.rstd = static_cast<float*>(p[5]);
    n.epsilon = 1e-5f, n.x_type = t[0], n.weight_type = t[1], n.y_type = t[3];
    if (layer) n.bias = p[2], n.mean = static_cast<float*>(p[4]);
    layer ? device.layernorm_forward(n) : device.rmsnorm_forward(n);
  };
  return tested;
}

Case norm_backward(bool layer, daybreak_dtype type, std::int64_t rows, std::int64_t width) {
  std::vector<double> rstd = normal(rows, 9);
  for (double& r : rstd) r = 0.5 + std::fabs(r);
  Case tested{layer ? "layernorm_backward" : "rmsnorm_backward",
              {input(type, normal(rows * width, 5)), input(type, normal(width, 6)), input(type, normal(rows * width, 7)),
               f32_input(normal(rows, 8, 0.1)), f32_input(rstd),
               updated(type, normal(rows * width, 10), kMaxRelativeErrorSums), f32_updated(normal(width, 11), kMaxRelativeErrorSums),
               f32_updated(normal(width, 12), kMaxRelativeErrorSums)}, {}};
  tested.tensors[5].scale = {8};
  tested.tensors[6].scale = tested.tensors[7].scale = {std::sqrt(static_cast<double>(rows)) + 1};
  tested.call = [=](auto& device, const auto& p, const auto& t) {
    daybreak_norm_backward n{};
    n.rows = rows, n.width = width, n.x = p[0], n.weight = p[1], n.y_gradient = p[2], n.rstd = static_cast<const float*>(p[4]);
    n.x_gradient = p[5], n.weight_gradient = static_cast<float*>(p[6]);
    n.x_type = t[0], n.weight_type = t[1], n.y_gradient_type = t[2], n.x_gradient_type = t[5];
    if (layer) n.mean = static_cast<const float*>(p[3]), n.bias_gradient = static_cast<float*>(p[7]);
    layer ? device.layernorm_backward(n) : device.rmsnorm_backward(n);
  };
  return tested;
}

Case cross_entropy(daybreak_dtype type, std::vector<double> logits, std::int64_t vocabulary, float scale) {
  const auto rows = static_cast<std::int64_t>(logits.size()) / vocabulary;
  auto target = below(static_cast<std::uint32_t>(vocabulary), rows, 13);
  for (std::size_t r = 2; r < target.size(); r += 5) target[r] = 0xffffffff;
  Case tested{"cross_entropy", {updated(type, std::move(logits), kMaxRelativeErrorExp), f32_output(rows, kMaxRelativeErrorExp)}, {}};
  tested.tensors[0].scale = {scale == 0 ? 0.0 : scale};
  tested.call = [=](auto& device, const auto& p, const auto& t) {
    const auto targets = device.upload(std::span<const std::uint32_t>(target));
    daybreak_cross_entropy c{};
    c.rows = rows, c.vocabulary = vocabulary, c.logits = p[0], c.target = targets.template as<std::uint32_t>();
    c.ignored = 0xffffffff, c.loss = static_cast<float*>(p[1]), c.gradient_scale = scale, c.logits_type = t[0];
    device.cross_entropy(c);
    device.synchronize();
  };
  return tested;
}

Case embedding(daybreak_dtype type, std::int64_t tokens, std::int64_t width, bool positions) {
  const auto token = below(37, tokens, 14);
  Case tested{"embedding_forward",
              {input(type, normal(37 * width, 15)), input(type, normal(11 * width, 16)), output(type, tokens * width)}, {}};
  tested.call = [=](auto& device, const auto& p, const auto& t) {
    const auto on_device = device.upload(std::span<const std::uint32_t>(token));
    daybreak_embedding e{};
    e.tokens = tokens, e.width = width, e.vocabulary = 37, e.positions = 11, e.context = 11;
    e.token = on_device.template as<std::uint32_t>();
    e.table = p[0], e.position_table = positions ? p[1] : nullptr, e.out = p[2], e.table_type = t[0], e.out_type = t[2];
    device.embedding_forward(e);
    device.synchronize();
  };
  return tested;
}

Case embedding_backward(daybreak_dtype type, std::int64_t tokens, std::int64_t width, bool positions) {
  const auto token = below(37, tokens, 17);
  Case tested{"embedding_backward",
              {input(type, normal(tokens * width, 18)), f32_updated(normal(37 * width, 19)), f32_updated(normal(11 * width, 20))},
              {}};
  tested.tensors[1].scale = tested.tensors[2].scale = {10};
  tested.call = [=](auto& device, const auto& p, const auto& t) {
    const auto on_device = device.upload(std::span<const std::uint32_t>(token));
    daybreak_embedding_backward e{};
    e.tokens = tokens, e.width = width, e.vocabulary = 37, e.positions = 11, e.context = 11;
    e.token = on_device.template as<std::uint32_t>();
    e.out_gradient = p[0], e.out_gradient_type = t[0], e.table_gradient = static_cast<float*>(p[1]);
    e.position_gradient = positions ? static_cast<float*>(p[2]) : nullptr;
    device.embedding_backward(e);
    device.synchronize();
  };
  return tested;
}

Case rope(daybreak_dtype type, std::int64_t heads, std::int64_t head_width, std::int64_t gap, int direction,
          daybreak_layout layout = DAYBREAK_ROW_MAJOR) {
  const std::int64_t tokens = 150, stride = heads * head_width + gap;
  Case tested{"rope", {updated(type, normal(tokens * stride, 21))}, {}};
  tested.call = [=](auto& device, const auto& p, const auto& t) {
    daybreak_rope r{};
    r.tokens = tokens, r.context = 75, r.heads = heads, r.head_width = head_width, r.row_stride = stride;
    Relaid x(device, layout, t[0], tokens, stride, p[0]);
    r.x = x.data(), r.x_layout = x.layout(), r.x_type = t[0], r.base = 10000, r.direction = direction;
    device.rope(r);
    x.take_back();
  };
  return tested;
}

}  // namespace

TEST_CASE("layer and RMS normalization, both directions") {
  for (const bool layer : {true, false})
    for (const daybreak_dtype type : kWideTypes)
      for (const std::int64_t rows : kRows)
        for (const std::int64_t width : kWidths) {
          check(norm(layer, type, rows, width));
          check(norm_backward(layer, type, rows, width));
        }
}

TEST_CASE("normalization: what is not finite stays in its row") {
  Case tested = norm(true, DAYBREAK_F32, 6, 40);
  tested.tensors[0].values[45] = kNan;
  tested.tensors[0].values[130] = kInfinity;
  check(tested);
}

TEST_CASE("cross entropy: loss and gradient, ignored rows, no gradient") {
  for (const daybreak_dtype type : kWideTypes)
    for (const std::int64_t vocabulary : {std::int64_t{1}, std::int64_t{2}, std::int64_t{65}, std::int64_t{1000}, std::int64_t{5003}})
      for (const float scale : {0.0f, 1.0f, 0.015625f}) check(cross_entropy(type, normal(23 * vocabulary, 22, 4), vocabulary, scale));
}

TEST_CASE("cross entropy: a scale that underflows gives zeros, not NaN") {
  for (const daybreak_dtype type : kWideTypes) check(cross_entropy(type, normal(7 * 5003, 30, 4), 5003, 1e-45f));
}

TEST_CASE("cross entropy: logits far apart and not finite") {
  auto logits = normal(6 * 33, 23, 100);
  logits[0] = 3e38, logits[40] = -3e38, logits[3 * 33 + 5] = kNan, logits[4 * 33 + 6] = kInfinity;
  for (int i = 0; i < 33; ++i) logits[static_cast<std::size_t>(5 * 33 + i)] = i == 7 ? 1.0 : -kInfinity;
  check(cross_entropy(DAYBREAK_F32, logits, 33, 1));
}

TEST_CASE("embedding, both directions, with and without positions") {
  for (const daybreak_dtype type : kWideTypes)
    for (const bool positions : {true, false})
      for (const std::int64_t tokens : {std::int64_t{1}, std::int64_t{11}, std::int64_t{150}})
        for (const std::int64_t width : {std::int64_t{1}, std::int64_t{33}, std::int64_t{200}}) {
          check(embedding(type, tokens, width, positions));
          check(embedding_backward(type, tokens, width, positions));
        }
}

TEST_CASE("add_bias and sum_rows") {
  for (const daybreak_dtype type : kAllTypes)
    for (const std::int64_t rows : kRows)
      for (const std::int64_t width : kWidths) {
        Case bias{"add_bias", {updated(type, normal(rows * width, 24)), input(DAYBREAK_F32, normal(width, 25))}, {}};
        bias.call = [=](auto& device, const auto& p, const auto& t) {
          daybreak_add_bias a{};
          a.rows = rows, a.width = width, a.x = p[0], a.bias = p[1], a.x_type = t[0], a.bias_type = t[1];
          device.add_bias(a);
        };
        check(bias);
        Case sum{"sum_rows", {input(type, normal(rows * width, 26)), f32_updated(normal(width, 27))}, {}};
        sum.tensors[1].scale = {std::sqrt(static_cast<double>(rows)) + 1};
        sum.call = [=](auto& device, const auto& p, const auto& t) {
          daybreak_sum_rows s{};
          s.rows = rows, s.width = width, s.x = p[0], s.out = static_cast<float*>(p[1]), s.x_type = t[0];
          device.sum_rows(s);
        };
        check(sum);
      }
}

TEST_CASE("rotary positions turn, turn back and leave what lies between the rows") {
  for (const daybreak_dtype type : kWideTypes)
    for (const int direction : {1, -1}) {
      check(rope(type, 3, 16, 0, direction));
      check(rope(type, 2, 10, 7, direction));
      check(rope(type, 1, 2, 1, direction));
      check(rope(type, 3, 64, 0, direction, DAYBREAK_TILED));
      check(rope(type, 2, 42, 12, direction, DAYBREAK_TILED));
    }
}

TEST_CASE("sum_rows of tiled rows: the same bytes as of rows") {
  for (const std::int64_t rows : {1, 32, 63, 64, 65, 130, 1000})
    for (const std::int64_t width : {32, 96, 320})
      for_each_device([&](const std::string& name, daybreak::device::Device& device) {
        INFO(name << ", " << rows << " x " << width);
        const auto values = to_bytes(DAYBREAK_BF16, normal(rows * width, 28));
        const auto before = to_bytes(DAYBREAK_F32, normal(width, 29));
        auto x = device.upload(std::span<const std::byte>(values));
        Relaid tiled(device, DAYBREAK_TILED, DAYBREAK_BF16, rows, width, x.data());
        auto expected = device.upload(std::span<const std::byte>(before)), got = device.upload(std::span<const std::byte>(before));
        daybreak_sum_rows s{};
        s.rows = rows, s.width = width, s.x = x.data(), s.out = expected.as<float>(), s.x_type = DAYBREAK_BF16;
        device.sum_rows(s);
        s.x = tiled.data(), s.x_layout = tiled.layout(), s.out = got.as<float>();
        device.sum_rows(s);
        CHECK((got.to_host<std::byte>() == expected.to_host<std::byte>()));
      });
}
