#include "libcore/device/conformance_cases.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace daybreak::device::conformance {
namespace {

using Types = std::vector<daybreak_dtype>;
using Places = std::vector<void*>;

constexpr std::int64_t kVocabulary = 37, kPositions = 11;
constexpr std::uint32_t kIgnored = 0xffffffff;

float* floats(void* place) {
  return static_cast<float*>(place);
}

/// Token ids, uploaded by whoever needs them.
std::vector<std::uint32_t> ids(std::int64_t vocabulary, std::int64_t count) {
  return below(static_cast<std::uint32_t>(vocabulary), count, 7);
}

}  // namespace

std::vector<double> drawn(std::int64_t count, unsigned seed, double spread) {
  constexpr std::int64_t kMost = 1 << 16;
  std::vector<double> values = normal(std::min(count, kMost), seed, spread);
  values.resize(static_cast<std::size_t>(count));
  for (std::size_t i = kMost; i < values.size(); ++i) values[i] = values[i - kMost];
  return values;
}

Case norm_forward(bool layer, daybreak_dtype type, std::int64_t rows, std::int64_t width) {
  Case tested{
      layer ? "layernorm_forward" : "rmsnorm_forward",
      {input(type, drawn(rows * width, 1, 2)), input(type, drawn(width, 2)), input(type, drawn(width, 3)),
       output(type, rows * width, kMaxRelativeErrorSums), f32_output(rows), f32_output(rows, kMaxRelativeErrorSums)},
      {}};
  if (!layer) tested.tensors[4] = f32_updated(drawn(rows, 4));  // stays as it is
  // rstd of a row of one element is 1 / sqrt(epsilon): float32 cancels in x - mean.
  tested.call = [=](Device& device, const Places& p, const Types& t) {
    daybreak_norm n{};
    n.rows = rows, n.width = width, n.x = p[0], n.weight = p[1], n.y = p[3], n.rstd = floats(p[5]), n.epsilon = 1e-5f;
    n.x_type = t[0], n.weight_type = t[1], n.y_type = t[3];
    if (layer) n.bias = p[2], n.mean = floats(p[4]);
    layer ? device.layernorm_forward(n) : device.rmsnorm_forward(n);
  };
  return tested;
}

Case norm_backward(bool layer, daybreak_dtype type, std::int64_t rows, std::int64_t width) {
  std::vector<double> rstd = drawn(rows, 9);
  for (double& r : rstd) r = 0.5 + std::fabs(r);
  Case tested{
      layer ? "layernorm_backward" : "rmsnorm_backward",
      {input(type, drawn(rows * width, 5)), input(type, drawn(width, 6)), input(type, drawn(rows * width, 7)),
       f32_input(drawn(rows, 8, 0.1)), f32_input(rstd), updated(type, drawn(rows * width, 10), kMaxRelativeErrorSums),
       f32_updated(drawn(width, 11), kMaxRelativeErrorSums), f32_updated(drawn(width, 12), kMaxRelativeErrorSums)},
      {}};
  tested.tensors[5].scale = {8};
  tested.tensors[6].scale = tested.tensors[7].scale = {std::sqrt(static_cast<double>(rows)) + 1};
  tested.call = [=](Device& device, const Places& p, const Types& t) {
    daybreak_norm_backward n{};
    n.rows = rows, n.width = width, n.x = p[0], n.weight = p[1], n.y_gradient = p[2], n.rstd = floats(p[4]);
    n.x_gradient = p[5], n.weight_gradient = floats(p[6]);
    n.x_type = t[0], n.weight_type = t[1], n.y_gradient_type = t[2], n.x_gradient_type = t[5];
    if (layer) n.mean = floats(p[3]), n.bias_gradient = floats(p[7]);
    layer ? device.layernorm_backward(n) : device.rmsnorm_backward(n);
  };
  return tested;
}

Case gelu_forward(daybreak_dtype type, std::vector<double> x, double scale) {
  const auto count = static_cast<std::int64_t>(x.size());
  Case tested{"gelu_forward", {input(type, std::move(x)), output(type, count, kMaxRelativeErrorExp)}, {}};
  tested.tensors[1].scale = {scale};
  tested.call = [count](Device& device, const Places& p, const Types& t) {
    daybreak_gelu g{};
    g.count = count, g.x = p[0], g.y = p[1], g.x_type = t[0], g.y_type = t[1];
    device.gelu_forward(g);
  };
  return tested;
}

Case gelu_backward(daybreak_dtype type, std::vector<double> x, bool in_place) {
  const auto count = static_cast<std::int64_t>(x.size());
  Case tested{"gelu_backward", {input(type, std::move(x)), updated(type, drawn(count, 8), kMaxRelativeErrorExp)}, {}};
  if (!in_place) {
    tested.tensors[1] = input(type, drawn(count, 8));
    tested.tensors.push_back(output(type, count, kMaxRelativeErrorExp));
  }
  tested.call = [count, in_place](Device& device, const Places& p, const Types& t) {
    daybreak_gelu_backward g{};
    g.count = count, g.x = p[0], g.y_gradient = p[1], g.x_gradient = in_place ? p[1] : p[2];
    g.x_type = t[0], g.gradient_type = t[1];
    device.gelu_backward(g);
  };
  return tested;
}

Case swiglu_forward(daybreak_dtype type, std::vector<double> gate) {
  const auto count = static_cast<std::int64_t>(gate.size());
  Case tested{"swiglu_forward",
              {input(type, std::move(gate)), input(type, drawn(count, 9)), output(type, count, kMaxRelativeErrorExp)},
              {}};
  tested.call = [count](Device& device, const Places& p, const Types& t) {
    daybreak_swiglu s{};
    s.count = count, s.gate = p[0], s.up = p[1], s.y = p[2], s.x_type = t[0], s.y_type = t[2];
    device.swiglu_forward(s);
  };
  return tested;
}

Case swiglu_backward(daybreak_dtype type, std::int64_t count) {
  Case tested{"swiglu_backward",
              {input(type, drawn(count, 10, 3)), input(type, drawn(count, 11)), input(type, drawn(count, 12)),
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

Case embedding_forward(daybreak_dtype type, std::int64_t tokens, std::int64_t width, bool positions) {
  Case tested{"embedding_forward",
              {input(type, drawn(kVocabulary * width, 15)), input(type, drawn(kPositions * width, 16)),
               output(type, tokens * width)},
              {}};
  tested.call = [=, token = ids(kVocabulary, tokens)](Device& device, const Places& p, const Types& t) {
    const Buffer on_device = device.upload(std::span<const std::uint32_t>(token));
    daybreak_embedding e{};
    e.tokens = tokens, e.width = width, e.vocabulary = kVocabulary, e.positions = e.context = kPositions;
    e.token = on_device.as<std::uint32_t>();
    e.table = p[0], e.position_table = positions ? p[1] : nullptr, e.out = p[2], e.table_type = t[0], e.out_type = t[2];
    device.embedding_forward(e);
    device.synchronize();
  };
  return tested;
}

Case embedding_backward(daybreak_dtype type, std::int64_t tokens, std::int64_t width, bool positions) {
  Case tested{"embedding_backward",
              {input(type, drawn(tokens * width, 18)), f32_updated(drawn(kVocabulary * width, 19)),
               f32_updated(drawn(kPositions * width, 20))},
              {}};
  tested.tensors[1].scale = tested.tensors[2].scale = {10};
  tested.call = [=, token = ids(kVocabulary, tokens)](Device& device, const Places& p, const Types& t) {
    const Buffer on_device = device.upload(std::span<const std::uint32_t>(token));
    daybreak_embedding_backward e{};
    e.tokens = tokens, e.width = width, e.vocabulary = kVocabulary, e.positions = e.context = kPositions;
    e.token = on_device.as<std::uint32_t>();
    e.out_gradient = p[0], e.out_gradient_type = t[0], e.table_gradient = floats(p[1]);
    e.position_gradient = positions ? floats(p[2]) : nullptr;
    device.embedding_backward(e);
    device.synchronize();
  };
  return tested;
}

Case cross_entropy(daybreak_dtype type, std::vector<double> logits, std::int64_t vocabulary, float gradient_scale) {
  const auto rows = static_cast<std::int64_t>(logits.size()) / vocabulary;
  auto target = ids(vocabulary, rows);
  for (std::size_t r = 2; r < target.size(); r += 5) target[r] = kIgnored;
  Case tested{"cross_entropy",
              {updated(type, std::move(logits), kMaxRelativeErrorExp), f32_output(rows, kMaxRelativeErrorExp)},
              {}};
  tested.tensors[0].scale = {gradient_scale};
  tested.call = [=](Device& device, const Places& p, const Types& t) {
    const Buffer targets = device.upload(std::span<const std::uint32_t>(target));
    daybreak_cross_entropy c{};
    c.rows = rows, c.vocabulary = vocabulary, c.logits = p[0], c.target = targets.as<std::uint32_t>();
    c.ignored = kIgnored, c.loss = floats(p[1]), c.gradient_scale = gradient_scale, c.logits_type = t[0];
    device.cross_entropy(c);
    device.synchronize();
  };
  return tested;
}

Case add_bias(daybreak_dtype type, std::int64_t rows, std::int64_t width) {
  Case tested{"add_bias", {updated(type, drawn(rows * width, 24)), input(DAYBREAK_F32, drawn(width, 25))}, {}};
  tested.call = [=](Device& device, const Places& p, const Types& t) {
    daybreak_add_bias a{};
    a.rows = rows, a.width = width, a.x = p[0], a.bias = p[1], a.x_type = t[0], a.bias_type = t[1];
    device.add_bias(a);
  };
  return tested;
}

Case sum_rows(daybreak_dtype type, std::int64_t rows, std::int64_t width) {
  Case tested{"sum_rows", {input(type, drawn(rows * width, 26)), f32_updated(drawn(width, 27))}, {}};
  tested.tensors[1].scale = {std::sqrt(static_cast<double>(rows)) + 1};
  tested.call = [=](Device& device, const Places& p, const Types& t) {
    daybreak_sum_rows s{};
    s.rows = rows, s.width = width, s.x = p[0], s.out = floats(p[1]), s.x_type = t[0];
    device.sum_rows(s);
  };
  return tested;
}

Case add_scaled(daybreak_dtype x_type, daybreak_dtype y_type, std::int64_t count, float scale_x, float scale_y,
                bool same) {
  Case tested{
      "add_scaled",
      {input(x_type, drawn(count, 13)), scale_y == 0 ? output(y_type, count) : updated(y_type, drawn(count, 14))},
      {}};
  tested.call = [=](Device& device, const Places& p, const Types& t) {
    daybreak_add_scaled a{};
    a.count = count, a.x = same ? p[1] : p[0], a.y = p[1], a.scale_x = scale_x, a.scale_y = scale_y;
    a.x_type = same ? t[1] : t[0], a.y_type = t[1];
    device.add_scaled(a);
  };
  return tested;
}

Case cast(daybreak_dtype from, daybreak_dtype to, std::vector<double> x) {
  const auto count = static_cast<std::int64_t>(x.size());
  Case tested{"cast", {input(from, std::move(x)), output(to, count, kExact)}, {}};
  tested.call = [count](Device& device, const Places& p, const Types& t) {
    daybreak_cast c{};
    c.count = count, c.x = p[0], c.y = p[1], c.x_type = t[0], c.y_type = t[1];
    device.cast(c);
  };
  return tested;
}

Case adamw(std::int64_t count, std::int64_t step, const AdamwForm& form, daybreak_dtype copy) {
  constexpr double kBudget = 2e-6;
  std::vector<double> second = drawn(count, 23, 1e-3);
  for (double& v : second) v *= v;
  Case tested{"adamw",
              {updated(form.weight, drawn(count, 20), kBudget), f32_input(drawn(count, 21, 0.1)),
               updated(form.moments, drawn(count, 22, 0.01)), updated(form.moments, std::move(second)),
               output(copy, count, kBudget)},
              {}};
  tested.tensors[3].scale = {1e-2};
  if (form.compensated) tested.tensors.push_back(updated(DAYBREAK_BF16, drawn(count, 24, 1e-3)));
  tested.call = [=](Device& device, const Places& p, const Types& t) {
    daybreak_adamw a{};
    a.count = count, a.step = step, a.first_index = form.first_index, a.seed = 0x123456789abcdef;
    a.weight = p[0], a.gradient = floats(p[1]), a.first_moment = p[2], a.second_moment = p[3], a.copy = p[4];
    a.compensation = form.compensated ? p[5] : nullptr;
    a.weight_type = t[0], a.moment_type = t[2], a.copy_type = t[4], a.rounding = form.rounding;
    a.learning_rate = 1e-3f, a.beta1 = 0.9f, a.beta2 = 0.95f, a.epsilon = 1e-8f, a.decay = 0.1f,
    a.gradient_scale = 0.5f;
    device.adamw(a);
  };
  return tested;
}

}  // namespace daybreak::device::conformance
