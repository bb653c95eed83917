#include "kernels/cpu/gemm_onednn.h"

#include <omp.h>

#include <cmath>
#include <cstring>
#include <map>
#include <oneapi/dnnl/dnnl.hpp>
#include <string>
#include <vector>

#include "kernels/cpu/operations.h"

namespace daybreak::kernels::cpu {
namespace {

/// oneDNN computes in the calling thread alone while this lives: the pool has all the threads that there are.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
  ~OneThread() { omp_set_num_threads(before_); }

 private:
  int before_;
};

dnnl::memory::desc matrix(int64_t rows, int64_t columns, dnnl::memory::data_type type, int64_t row, int64_t column) {
  return {{rows, columns}, type, dnnl::memory::dims{row, column}};
}

dnnl::matmul::primitive_desc describe(const BlockProduct& block, const dnnl::engine& engine) {
  using Type = dnnl::memory::data_type;
  const Type type = block.type == DAYBREAK_BF16 ? Type::bf16 : Type::f32;
  const auto a = matrix(block.rows, block.depth, type, block.a_row, block.a_column);
  const auto b = matrix(block.depth, block.columns, type, block.b_row, block.b_column);
  const auto sums = matrix(block.rows, block.columns, Type::f32, block.sums_row, 1);
  dnnl::primitive_attr attributes;
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
#if DNNL_VERSION_MAJOR >= 3
  return {engine, a, b, sums, attributes};
#else
  return {{a, b, sums}, attributes, engine};
#endif
}

}  // namespace

struct OnednnProducts::Code {
  dnnl::matmul::primitive_desc description;
  dnnl::matmul product;
};

struct OnednnProducts::State {
  dnnl::engine engine{dnnl::engine::kind::cpu, 0};
  std::map<BlockProduct, std::unique_ptr<Code>> codes;
};

OnednnProducts::OnednnProducts() : state_(std::make_unique<State>()) {}
OnednnProducts::~OnednnProducts() = default;

const OnednnProducts::Code* OnednnProducts::find(const BlockProduct& block) {
  const auto known = state_->codes.find(block);
  if (known != state_->codes.end()) return known->second.get();
  std::unique_ptr<Code> code;
  try {
    const OneThread one_thread;  // scratch memory is for as many threads as there are now
    const auto description = describe(block, state_->engine);
    if (std::strncmp(description.impl_info_str(), "ref", 3) != 0)
      code = std::make_unique<Code>(Code{description, dnnl::matmul(description)});
  } catch (const dnnl::error&) {  // not on this processor: remembered as NULL
  }
  return (state_->codes[block] = std::move(code)).get();
}

int64_t OnednnProducts::scratch_floats(const Code& code) {
  return static_cast<int64_t>((code.description.scratchpad_desc().get_size() + 63) / 64 * 16);
}

void OnednnProducts::run(const Code& code, const void* a, const void* b, float* sums, float* scratch) const {
  const auto memory = [&](const dnnl::memory::desc& desc, const void* data) {
    return dnnl::memory(desc, state_->engine, const_cast<void*>(data));
  };
  try {
    const OneThread one_thread;
    dnnl::stream stream(state_->engine);
    code.product.execute(stream, {{DNNL_ARG_SRC, memory(code.description.src_desc(), a)},
                                  {DNNL_ARG_WEIGHTS, memory(code.description.weights_desc(), b)},
                                  {DNNL_ARG_DST, memory(code.description.dst_desc(), sums)},
                                  {DNNL_ARG_SCRATCHPAD, memory(code.description.scratchpad_desc(), scratch)}});
    stream.wait();
  } catch (const dnnl::error&) {  // the code exists and the arguments fit it: only memory can be missing
    throw std::bad_alloc();
  }
}

void OnednnProducts::trim() {
  constexpr size_t kMuch = 256;  // a training run has a few dozen shapes
  if (state_->codes.size() > kMuch) state_->codes.clear();
}

namespace {

/// Small deterministic values in [-1, 1) that bf16 must round.
std::vector<float> values(int64_t count, uint32_t seed) {
  std::vector<float> x(static_cast<size_t>(count));
  for (float& value : x) {
    seed = seed * 1664525u + 1013904223u;
    value = static_cast<float>(seed >> 8) * 0x1p-23f - 1;
  }
  return x;
}

std::vector<float> product(daybreak_device& device, daybreak_gemm g, const std::vector<float>& a, const std::vector<float>& b) {
  std::vector<float> c(static_cast<size_t>(g.m * g.n));
  g.a = a.data(), g.b = b.data(), g.c = c.data();
  Operations::gemm(device, g);
  return c;
}

std::vector<float> absolute(std::vector<float> x) {
  for (float& value : x) value = std::fabs(value);
  return x;
}

/// The conformance suite's budget, of which each of the two has one.
bool agree(const std::vector<float>& got, const std::vector<float>& want, const std::vector<float>& scale) {
  constexpr float kBudget = 2e-6f;
  for (size_t i = 0; i < want.size(); ++i) {
    if (std::isfinite(want[i]) != std::isfinite(got[i])) return false;
    if (std::isfinite(want[i]) && !(std::fabs(got[i] - want[i]) <= kBudget * (std::fabs(want[i]) + scale[i]))) return false;
  }
  return true;
}

bool check(const Loops& loops) {
  constexpr int64_t kSizes[][3] = {{331, 257, 203}, {192, 512, 256}};
  daybreak_device emulating(0, loops), one(1, loops), two(2, loops);
  for (daybreak_device* device : {&one, &two}) {
    device->onednn = std::make_shared<OnednnProducts>();
    device->onednn_bf16 = true;
  }
  for (const auto& [m, n, k] : kSizes)
    for (int32_t transposes = 0; transposes < 4; ++transposes) {
      daybreak_gemm g{};
      g.m = m, g.n = n, g.k = k, g.alpha = 1, g.compute = DAYBREAK_BF16;
      g.transpose_a = transposes & 1, g.transpose_b = transposes >> 1;
      std::vector<float> a = values(m * k, 1), b = values(k * n, 2);
      const auto scale = product(emulating, g, absolute(a), absolute(b));
      a[5] = INFINITY;  // spoils one row and nothing else
      const auto got = product(one, g, a, b), again = product(two, g, a, b);
      if (std::memcmp(got.data(), again.data(), got.size() * sizeof(float)) != 0) return false;
      if (!agree(got, product(emulating, g, a, b), scale)) return false;
    }
  return true;
}

}  // namespace

bool onednn_multiplies_bf16() {
#ifdef DAYBREAK_CPU_X86
  static const bool works = [] {
    if (!__builtin_cpu_supports("avx512bf16")) return false;
    try {
      return check(avx512::kLoops);
    } catch (const std::exception&) {
      return false;
    }
  }();
  return works;
#else
  return false;
#endif
}

void allow_onednn(daybreak_device& device) {
#ifdef DAYBREAK_CPU_X86
  device.onednn_f32 = &device.loops == &avx2::kLoops;  // measured there alone
#endif
  device.onednn_bf16 = onednn_multiplies_bf16();
  if (device.onednn_f32 || device.onednn_bf16) device.onednn = std::make_shared<OnednnProducts>();
}

}  // namespace daybreak::kernels::cpu
