// The operations beside the products at the shapes of GPT-2 124M (12 heads of 64, width 768, vocabulary 50304), chip
// "cpu", all threads: milliseconds and the share of what bounds them, memory bandwidth or the peak of products. Each is
// first compared with its definition on a small shape. `bench_operations [NAME...]` measures those whose name begins
// so.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/base/median.h"
#include "libcore/device/device.h"
#include "tests/bench/timing.h"
#include "tests/bench/values.h"

namespace {

using daybreak::device::Buffer;
using daybreak::device::Device;

constexpr std::int64_t kHeads = 12, kHeadWidth = 64, kWidth = kHeads * kHeadWidth, kVocabulary = 50304,
                       kWeights = 124475904;

double median_seconds(const std::function<void()>& work) {
  constexpr double kEnough = 1.0;
  constexpr std::size_t kFewest = 5, kMost = 101;
  std::vector<double> seconds;
  work();
  for (double total = 0; seconds.size() < kFewest || (total < kEnough && seconds.size() < kMost);
       total += seconds.back())
    seconds.push_back(bench::seconds_of(work));
  return daybreak::median(seconds);
}

/// A buffer of `count` elements of f32 or bf16.
Buffer fill(Device& device, daybreak_dtype type, std::int64_t count, float spread, std::uint64_t seed) {
  const auto bytes = bench::to_bytes(type, bench::values(count, spread, seed));
  return device.upload(std::span<const std::byte>(bytes));
}

Buffer tokens(Device& device, std::int64_t count, std::uint32_t limit) {
  std::vector<std::uint32_t> made(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < made.size(); ++i) made[i] = static_cast<std::uint32_t>((i * 2654435761u) % limit);
  return device.upload(std::span<const std::uint32_t>(made));
}

/// One operation on one device: its operands, and which of them are compared.
struct Prepared {
  std::vector<Buffer> buffers;
  std::vector<std::size_t> outputs;
  std::vector<daybreak_dtype> types;  // of the outputs
  std::function<void()> call;
  double bytes = 0, flops = 0;  // moved at least; multiplications and additions
};

/// The size of a case: sequences of `context` tokens.
struct Size {
  std::int64_t batch, context;
  std::int64_t rows() const { return batch * context; }
};

struct Entry {
  std::string name;
  Size size;
  std::function<Prepared(Device&, const Size&)> prepare;
};

template <typename Arguments, typename Method>
std::function<void()> calls(Device& device, Method method, const Arguments& arguments) {
  return [&device, method, arguments] { (device.*method)(arguments); };
}

Prepared adamw(Device& device, const Size& size, daybreak_dtype weight, daybreak_dtype moments,
               daybreak_rounding rounding, bool compensated) {
  const std::int64_t count = size.rows();
  Prepared p;
  p.buffers.push_back(fill(device, weight, count, 0.02f, 1));
  p.buffers.push_back(fill(device, DAYBREAK_F32, count, 1e-3f, 2));
  p.buffers.push_back(fill(device, moments, count, 1e-3f, 3));
  p.buffers.push_back(device.allocate(static_cast<std::size_t>(count) * daybreak::device::bytes_of(moments)));
  p.buffers.push_back(device.allocate(static_cast<std::size_t>(count) * 2));
  p.buffers[3].fill_zero(), p.buffers[4].fill_zero();
  daybreak_adamw a{};
  a.count = count, a.weight = p.buffers[0].data(), a.gradient = p.buffers[1].as<float>(),
  a.first_moment = p.buffers[2].data();
  a.second_moment = p.buffers[3].data(), a.weight_type = weight, a.moment_type = moments, a.rounding = rounding;
  if (weight == DAYBREAK_F32) a.copy = p.buffers[4].data(), a.copy_type = DAYBREAK_BF16;
  if (compensated) a.compensation = p.buffers[4].data();
  a.learning_rate = 1e-4f, a.beta1 = 0.9f, a.beta2 = 0.95f, a.epsilon = 1e-8f, a.decay = 0.1f, a.gradient_scale = 1,
  a.step = 10;
  p.call = calls(device, &Device::adamw, a);
  p.outputs = {0}, p.types = {weight};
  const auto both = [](daybreak_dtype type) { return type == DAYBREAK_F32 ? 8.0 : 4.0; };
  p.bytes =
      static_cast<double>(count) * (4 + both(weight) + 2 * both(moments) + (a.copy ? 2 : 0) + (compensated ? 4 : 0));
  return p;
}

/// q, k and v in one buffer [rows, 3 * width].
struct AttentionOperands {
  std::size_t element;
  template <typename Arguments>
  Arguments make(Prepared& p, const Size& size, daybreak_dtype type) const {
    Arguments a{};
    char* const qkv = p.buffers[0].as<char>();
    a.batch = size.batch, a.context = size.context, a.heads = a.kv_heads = kHeads, a.head_width = kHeadWidth;
    a.q_stride = a.kv_stride = 3 * kWidth, a.out_stride = kWidth;
    a.q = qkv, a.k = qkv + kWidth * element, a.v = qkv + 2 * kWidth * element;
    a.out = p.buffers[1].data(), a.log_sum_exp = p.buffers[2].as<float>();
    a.type = a.out_type = type, a.scale = 0.125f;
    return a;
  }
};

Prepared attention(Device& device, const Size& size, daybreak_dtype type, bool backward) {
  const std::int64_t rows = size.rows();
  const std::size_t element = daybreak::device::bytes_of(type),
                    row_bytes = static_cast<std::size_t>(rows) * kWidth * element;
  Prepared p;
  p.buffers.push_back(fill(device, type, rows * 3 * kWidth, 1, 4));
  p.buffers.push_back(device.allocate(row_bytes));
  p.buffers.push_back(device.allocate(static_cast<std::size_t>(rows * kHeads) * sizeof(float)));
  const AttentionOperands operands{element};
  const auto forward = operands.make<daybreak_attention>(p, size, type);
  // Causal: half of the scores; two products forward, five backward.
  const double product = 2.0 * static_cast<double>(size.batch * kHeads * kHeadWidth) *
                         static_cast<double>(size.context) * static_cast<double>(size.context) / 2;
  p.flops = (backward ? 5 : 2) * product;
  p.call = calls(device, &Device::attention_forward, forward);
  p.outputs = {1}, p.types = {type};
  if (!backward) return p;
  p.call();
  p.buffers.push_back(fill(device, type, rows * kWidth, 1, 5));
  p.buffers.push_back(device.allocate(3 * row_bytes));
  auto a = operands.make<daybreak_attention_backward>(p, size, type);
  char* const gradient = p.buffers[4].as<char>();
  a.out_gradient = p.buffers[3].data(), a.gradient_type = type;
  a.q_gradient = gradient, a.k_gradient = gradient + kWidth * element, a.v_gradient = gradient + 2 * kWidth * element;
  p.call = calls(device, &Device::attention_backward, a);
  p.outputs = {4};
  return p;
}

Prepared norm(Device& device, const Size& size, bool layer, bool backward) {
  const std::int64_t rows = size.rows();
  Prepared p;
  p.buffers.push_back(fill(device, DAYBREAK_F32, rows * kWidth, 1, 6));
  p.buffers.push_back(fill(device, DAYBREAK_F32, kWidth, 1, 7));
  p.buffers.push_back(fill(device, DAYBREAK_F32, kWidth, 1, 8));
  p.buffers.push_back(fill(device, DAYBREAK_BF16, rows * kWidth, 1, 9));  // y, or its gradient
  p.buffers.push_back(fill(device, DAYBREAK_F32, rows, 0.1f, 10));
  p.buffers.push_back(device.upload(std::span<const float>(std::vector<float>(static_cast<std::size_t>(rows), 1.0f))));
  if (!backward) {
    daybreak_norm n{};
    n.rows = rows, n.width = kWidth, n.x = p.buffers[0].data(), n.weight = p.buffers[1].data(),
    n.bias = p.buffers[2].data();
    n.y = p.buffers[3].data(), n.mean = p.buffers[4].as<float>(), n.rstd = p.buffers[5].as<float>(), n.epsilon = 1e-5f;
    n.y_type = DAYBREAK_BF16;
    p.call = calls(device, layer ? &Device::layernorm_forward : &Device::rmsnorm_forward, n);
    p.outputs = {3}, p.types = {DAYBREAK_BF16}, p.bytes = static_cast<double>(rows * kWidth) * 6;
    return p;
  }
  p.buffers.push_back(fill(device, DAYBREAK_F32, rows * kWidth, 1, 11));
  daybreak_norm_backward n{};
  n.rows = rows, n.width = kWidth, n.x = p.buffers[0].data(), n.weight = p.buffers[1].data(),
  n.y_gradient = p.buffers[3].data();
  n.mean = p.buffers[4].as<float>(), n.rstd = p.buffers[5].as<float>(), n.x_gradient = p.buffers[6].data();
  n.weight_gradient = p.buffers[1].as<float>(), n.bias_gradient = p.buffers[2].as<float>(),
  n.y_gradient_type = DAYBREAK_BF16;
  p.buffers.push_back(fill(device, DAYBREAK_F32, kWidth, 1, 7));
  n.weight = p.buffers[7].data();
  p.call = calls(device, layer ? &Device::layernorm_backward : &Device::rmsnorm_backward, n);
  p.outputs = {6}, p.types = {DAYBREAK_F32}, p.bytes = static_cast<double>(rows * kWidth) * 14;
  return p;
}

Prepared cross_entropy(Device& device, const Size& size, daybreak_dtype type) {
  Prepared p;
  p.buffers.push_back(fill(device, type, size.rows() * kVocabulary, 3, 12));
  p.buffers.push_back(tokens(device, size.rows(), kVocabulary));
  p.buffers.push_back(device.allocate(static_cast<std::size_t>(size.rows()) * sizeof(float)));
  daybreak_cross_entropy c{};
  c.rows = size.rows(), c.vocabulary = kVocabulary, c.logits = p.buffers[0].data(),
  c.target = p.buffers[1].as<std::uint32_t>();
  c.ignored = 0xffffffff, c.loss = p.buffers[2].as<float>(), c.gradient_scale = 1.0f, c.logits_type = type;
  p.call = calls(device, &Device::cross_entropy, c);
  p.outputs = {2}, p.types = {DAYBREAK_F32};
  p.bytes =
      static_cast<double>(size.rows() * kVocabulary) * 2.0 * static_cast<double>(daybreak::device::bytes_of(type));
  return p;
}

Prepared statistics(Device& device, const Size& size) {
  Prepared p;
  p.buffers.push_back(fill(device, DAYBREAK_F32, size.rows(), 1, 13));
  p.call = [&device, x = p.buffers[0].data(), count = size.rows()] {
    daybreak_statistics_result result{};
    daybreak_statistics s{};
    s.count = count, s.x = x, s.result = &result;
    device.statistics(s);
    device.synchronize();
  };
  p.bytes = static_cast<double>(size.rows()) * 4;
  return p;
}

Prepared embedding(Device& device, const Size& size, bool backward) {
  Prepared p;
  p.buffers.push_back(fill(device, DAYBREAK_F32, kVocabulary * kWidth, 1, 14));
  p.buffers.push_back(fill(device, DAYBREAK_F32, size.context * kWidth, 1, 15));
  p.buffers.push_back(tokens(device, size.rows(), kVocabulary));
  p.buffers.push_back(fill(device, DAYBREAK_F32, size.rows() * kWidth, 1, 16));
  const auto set = [&](auto& e) {
    e.tokens = size.rows(), e.width = kWidth, e.vocabulary = kVocabulary, e.positions = e.context = size.context;
    e.token = p.buffers[2].as<std::uint32_t>();
  };
  if (backward) {
    daybreak_embedding_backward e{};
    set(e);
    e.out_gradient = p.buffers[3].data(), e.table_gradient = p.buffers[0].as<float>(),
    e.position_gradient = p.buffers[1].as<float>();
    p.call = calls(device, &Device::embedding_backward, e);
    p.outputs = {1}, p.types = {DAYBREAK_F32}, p.bytes = static_cast<double>(size.rows() * kWidth) * (4 + 8);
  } else {
    daybreak_embedding e{};
    set(e);
    e.table = p.buffers[0].data(), e.position_table = p.buffers[1].data(), e.out = p.buffers[3].data();
    p.call = calls(device, &Device::embedding_forward, e);
    p.outputs = {3}, p.types = {DAYBREAK_F32}, p.bytes = static_cast<double>(size.rows() * kWidth) * 8;
  }
  return p;
}

Prepared gelu(Device& device, const Size& size, bool backward) {
  const std::int64_t count = size.rows() * 4 * kWidth;
  Prepared p;
  p.buffers.push_back(fill(device, DAYBREAK_BF16, count, 2, 17));
  p.buffers.push_back(fill(device, DAYBREAK_BF16, count, 1, 18));
  p.buffers.push_back(device.allocate(static_cast<std::size_t>(count) * 2));
  if (backward) {
    daybreak_gelu_backward g{};
    g.count = count, g.x = p.buffers[0].data(), g.y_gradient = p.buffers[1].data(), g.x_gradient = p.buffers[2].data();
    g.x_type = g.gradient_type = DAYBREAK_BF16;
    p.call = calls(device, &Device::gelu_backward, g);
  } else {
    daybreak_gelu g{};
    g.count = count, g.x = p.buffers[0].data(), g.y = p.buffers[2].data(), g.x_type = g.y_type = DAYBREAK_BF16;
    p.call = calls(device, &Device::gelu_forward, g);
  }
  p.outputs = {2}, p.types = {DAYBREAK_BF16}, p.bytes = static_cast<double>(count) * (backward ? 6 : 4);
  return p;
}

Prepared swiglu(Device& device, const Size& size, bool backward) {
  const std::int64_t count = size.rows() * 2048;
  Prepared p;
  for (std::uint64_t i = 0; i < 5; ++i) p.buffers.push_back(fill(device, DAYBREAK_BF16, count, 1, 19 + i));
  if (backward) {
    daybreak_swiglu_backward s{};
    s.count = count, s.gate = p.buffers[0].data(), s.up = p.buffers[1].data(), s.y_gradient = p.buffers[2].data();
    s.gate_gradient = p.buffers[3].data(), s.up_gradient = p.buffers[4].data(),
    s.x_type = s.gradient_type = DAYBREAK_BF16;
    p.call = calls(device, &Device::swiglu_backward, s);
  } else {
    daybreak_swiglu s{};
    s.count = count, s.gate = p.buffers[0].data(), s.up = p.buffers[1].data(), s.y = p.buffers[3].data();
    s.x_type = s.y_type = DAYBREAK_BF16;
    p.call = calls(device, &Device::swiglu_forward, s);
  }
  p.outputs = {3}, p.types = {DAYBREAK_BF16}, p.bytes = static_cast<double>(count) * (backward ? 10 : 6);
  return p;
}

Prepared cast(Device& device, const Size& size, daybreak_dtype to) {
  const std::int64_t count = size.rows() * kWidth;
  Prepared p;
  p.buffers.push_back(fill(device, DAYBREAK_F32, count, 1, 24));
  p.buffers.push_back(device.allocate(static_cast<std::size_t>(count) * 2));
  daybreak_cast c{};
  c.count = count, c.x = p.buffers[0].data(), c.y = p.buffers[1].data(), c.y_type = to;
  p.call = calls(device, &Device::cast, c);
  if (to == DAYBREAK_BF16) p.outputs = {1}, p.types = {to};
  p.bytes = static_cast<double>(count) * 6;
  return p;
}

Prepared add_scaled(Device& device, const Size& size) {
  const std::int64_t count = size.rows() * kWidth;
  Prepared p;
  p.buffers.push_back(fill(device, DAYBREAK_BF16, count, 1, 25));
  p.buffers.push_back(fill(device, DAYBREAK_F32, count, 1, 26));
  daybreak_add_scaled a{};
  a.count = count, a.x = p.buffers[0].data(), a.y = p.buffers[1].data(), a.scale_x = a.scale_y = 1,
  a.x_type = DAYBREAK_BF16;
  p.call = calls(device, &Device::add_scaled, a);
  p.outputs = {1}, p.types = {DAYBREAK_F32}, p.bytes = static_cast<double>(count) * 10;
  return p;
}

std::vector<Entry> entries() {
  using std::placeholders::_1, std::placeholders::_2;
  constexpr Size kStep{4, 256}, kBatch8{8, 256}, kLong{4, 1024}, kAll{1, kWeights};
  std::vector<Entry> all;
  const auto add = [&all](const char* name, const Size& size, auto prepare) { all.push_back({name, size, prepare}); };
  add("adamw f32", kAll, std::bind(adamw, _1, _2, DAYBREAK_F32, DAYBREAK_F32, DAYBREAK_ROUND_NEAREST, false));
  add("adamw f32, bf16 moments", kAll,
      std::bind(adamw, _1, _2, DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_ROUND_NEAREST, false));
  add("adamw bf16 stochastic", kAll,
      std::bind(adamw, _1, _2, DAYBREAK_BF16, DAYBREAK_F32, DAYBREAK_ROUND_STOCHASTIC, false));
  add("adamw bf16 stochastic, bf16 moments", kAll,
      std::bind(adamw, _1, _2, DAYBREAK_BF16, DAYBREAK_BF16, DAYBREAK_ROUND_STOCHASTIC, false));
  add("adamw bf16 compensated", kAll,
      std::bind(adamw, _1, _2, DAYBREAK_BF16, DAYBREAK_F32, DAYBREAK_ROUND_NEAREST, true));
  for (const daybreak_dtype type : {DAYBREAK_BF16, DAYBREAK_F32})
    for (const Size& size : {kStep, kBatch8, kLong})
      for (const bool backward : {false, true}) {
        const std::string name = std::string(backward ? "attention_backward " : "attention_forward ") +
                                 (type == DAYBREAK_BF16 ? "bf16 " : "f32 ") + std::to_string(size.batch) + "x" +
                                 std::to_string(size.context);
        add(name.c_str(), size, std::bind(attention, _1, _2, type, backward));
      }
  add("layernorm_forward", kStep, std::bind(norm, _1, _2, true, false));
  add("layernorm_backward", kStep, std::bind(norm, _1, _2, true, true));
  add("rmsnorm_forward", kStep, std::bind(norm, _1, _2, false, false));
  add("rmsnorm_backward", kStep, std::bind(norm, _1, _2, false, true));
  add("cross_entropy bf16", kStep, std::bind(cross_entropy, _1, _2, DAYBREAK_BF16));
  add("cross_entropy f32", kStep, std::bind(cross_entropy, _1, _2, DAYBREAK_F32));
  add("statistics", kAll, statistics);
  add("embedding_forward", kStep, std::bind(embedding, _1, _2, false));
  add("embedding_backward", kStep, std::bind(embedding, _1, _2, true));
  add("gelu_forward", kStep, std::bind(gelu, _1, _2, false));
  add("gelu_backward", kStep, std::bind(gelu, _1, _2, true));
  add("swiglu_forward", kStep, std::bind(swiglu, _1, _2, false));
  add("swiglu_backward", kStep, std::bind(swiglu, _1, _2, true));
  add("cast to bf16", kStep, std::bind(cast, _1, _2, DAYBREAK_BF16));
  add("cast to f16", kStep, std::bind(cast, _1, _2, DAYBREAK_F16));
  add("add_scaled bf16 to f32", kStep, add_scaled);
  return all;
}

/// The largest difference from the definition, relative to the largest element, on a small shape.
double error_of(const Entry& entry, Device& device) {
  constexpr Size kSmall{1, 96};
  Device reference = Device::open("reference");
  Prepared own = entry.prepare(device, kSmall), defined = entry.prepare(reference, kSmall);
  own.call(), defined.call();
  double largest = 0, difference = 0;
  for (std::size_t o = 0; o < own.outputs.size(); ++o) {
    const auto values_of = [&](const Prepared& prepared) {
      return bench::from_bytes(own.types[o], prepared.buffers[own.outputs[o]].to_host<std::byte>());
    };
    const auto got = values_of(own), want = values_of(defined);
    for (std::size_t i = 0; i < got.size(); ++i) {
      largest = bench::larger(largest, std::fabs(static_cast<double>(want[i])));
      difference = bench::larger(difference, std::fabs(static_cast<double>(got[i]) - want[i]));
    }
  }
  return largest == 0 ? 0 : difference / largest;
}

/// Bytes a second of y += x over arrays that no cache holds, all processors: what "memory" means below.
double memory_bandwidth() {
  constexpr std::size_t kCount = std::size_t{1} << 27;
  const unsigned threads = std::max(1u, std::thread::hardware_concurrency());
  std::vector<float> x(kCount, 1), y(kCount, 1);
  const auto part = [&](unsigned thread) {
    for (std::size_t i = kCount / threads * thread; i < kCount / threads * (thread + 1); ++i) y[i] += x[i];
  };
  const double seconds = median_seconds([&] {
    std::vector<std::jthread> running;
    for (unsigned t = 1; t < threads; ++t) running.emplace_back(part, t);
    part(0);
  });
  return 12.0 * kCount / seconds;
}

bool chosen(const std::string& name, int count, char** names) {
  return count == 0 || std::any_of(names, names + count, [&](const char* begin) { return name.starts_with(begin); });
}

bool measure(const Entry& entry, Device& device, double bandwidth, double peak) {
  constexpr double kAgreement = 1.6e-2;  // two units in the last place of bf16
  const double error = error_of(entry, device);
  const Prepared prepared = entry.prepare(device, entry.size);
  const double seconds = median_seconds(prepared.call);
  const double share = prepared.flops > 0 ? prepared.flops / seconds / peak : prepared.bytes / seconds / bandwidth;
  std::printf("%-36s %9.3f ms  %5.1f %% of %s  error %.1e\n", entry.name.c_str(), 1e3 * seconds, 100 * share,
              prepared.flops > 0 ? "peak" : "memory", error);
  return error < kAgreement;
}

}  // namespace

int main(int count, char** names) try {
  auto device = Device::open("cpu");
  const double bandwidth = memory_bandwidth();
  std::printf("%s; memory %.1f GB/s\n", device.info().name, bandwidth / 1e9);
  const double peak_bf16 = device.peak_flops(DAYBREAK_BF16), peak_f32 = device.peak_flops(DAYBREAK_F32);
  bool agree = true;
  for (const Entry& entry : entries()) {
    if (!chosen(entry.name, count - 1, names + 1)) continue;
    const bool narrow = entry.name.find("bf16") != std::string::npos;
    agree = measure(entry, device, bandwidth, narrow ? peak_bf16 : peak_f32) && agree;
  }
  if (!agree) std::printf("the results differ from the definition\n");
  return agree ? 0 : 1;
} catch (const daybreak::Error& error) {
  std::printf("%s\n", error.what());
  return static_cast<int>(error.status());
}
