// Operations over rows: normalization, cross entropy, embedding, bias, rotary positions.
#include <limits>

#include "libcore/device/conformance_cases.h"
#include "tests/kernels/conformance.h"
#include "tests/support/catch.hpp"

using namespace conformance;
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity(), kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kRows[] = {1, 3, 130}, kWidths[] = {1, 5, 16, 31, 128, 300};

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
          check(norm_forward(layer, type, rows, width));
          check(norm_backward(layer, type, rows, width));
        }
}

TEST_CASE("normalization: what is not finite stays in its row") {
  Case tested = norm_forward(true, DAYBREAK_F32, 6, 40);
  tested.tensors[0].values[45] = kNan;
  tested.tensors[0].values[130] = kInfinity;
  check(tested);
}

TEST_CASE("cross entropy: loss and gradient, ignored rows, no gradient") {
  for (const daybreak_dtype type : kWideTypes)
    for (const std::int64_t vocabulary : {1, 2, 65, 1000, 5003})
      for (const float scale : {0.0f, 1.0f, 0.015625f})
        check(cross_entropy(type, normal(23 * vocabulary, 22, 4), vocabulary, scale));
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
          check(embedding_forward(type, tokens, width, positions));
          check(embedding_backward(type, tokens, width, positions));
        }
}

TEST_CASE("embedding: the gradient of many tokens, frequent ones and rare ones of a large vocabulary") {
  constexpr std::int64_t kTokens = 1100, kWidth = 2;
  for (const std::uint32_t vocabulary : {256u, 70000u}) {
    auto token = below(vocabulary, kTokens, 32);
    for (std::size_t t = 0; t < token.size(); t += 3) token[t] = t % 2 == 0 ? vocabulary - 1 : 0;
    Case tested{"embedding_backward",
                {input(DAYBREAK_F32, normal(kTokens * kWidth, 33)), f32_updated(normal(vocabulary * kWidth, 34))},
                {}};
    tested.tensors[1].scale = {20};
    tested.call = [=](auto& device, const auto& p, const auto& t) {
      const auto on_device = device.upload(std::span<const std::uint32_t>(token));
      daybreak_embedding_backward e{};
      e.tokens = kTokens, e.width = kWidth, e.vocabulary = vocabulary, e.context = kTokens;
      e.token = on_device.template as<std::uint32_t>();
      e.out_gradient = p[0], e.out_gradient_type = t[0], e.table_gradient = static_cast<float*>(p[1]);
      device.embedding_backward(e);
      device.synchronize();
    };
    check(tested);
  }
}

TEST_CASE("add_bias and sum_rows") {
  for (const daybreak_dtype type : kAllTypes)
    for (const std::int64_t rows : kRows)
      for (const std::int64_t width : kWidths) {
        check(add_bias(type, rows, width));
        check(sum_rows(type, rows, width));
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
        auto expected = device.upload(std::span<const std::byte>(before));
        auto got = device.upload(std::span<const std::byte>(before));
        daybreak_sum_rows s{};
        s.rows = rows, s.width = width, s.x = x.data(), s.out = expected.as<float>(), s.x_type = DAYBREAK_BF16;
        device.sum_rows(s);
        s.x = tiled.data(), s.x_layout = tiled.layout(), s.out = got.as<float>();
        device.sum_rows(s);
        CHECK((got.to_host<std::byte>() == expected.to_host<std::byte>()));
      });
}
