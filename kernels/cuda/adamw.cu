#include <cmath>

#include "kernels/common/stochastic_rounding.h"
#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/operations.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kThreads = 256;

/// What is the same for all elements.
struct Step {
  float rate, beta1, beta2, rest1, rest2, correction1, correction2, epsilon, decay, gradient_scale;
};

/// One element on its way.
struct Element {
  float weight, gradient, first, second;
};

__device__ __forceinline__ void advance(const Step& s, Element& e) {
  const float g = e.gradient * s.gradient_scale;
  e.first = s.beta1 * e.first + s.rest1 * g;
  e.second = s.beta2 * e.second + s.rest2 * g * g;
  e.weight -= s.rate * (e.first / s.correction1 / (sqrtf(e.second / s.correction2) + s.epsilon) + s.decay * e.weight);
}

/// The buffers of a call; no compensation or copy: their data is NULL.
template <typename Weight, typename Moment>
struct Buffers {
  Weight weight;
  Typed<float> gradient;
  Moment first, second;
  Typed<__nv_bfloat16> compensation;
  Any copy;
};

/// kCount elements from i on, rounded to nearest, each buffer read and written once.
template <int kCount, typename Weight, typename Moment>
__device__ __forceinline__ void update(const Step& step, const Buffers<Weight, Moment>& b, int64_t i) {
  float weights[kCount], gradients[kCount], firsts[kCount], seconds[kCount], rests[kCount] = {};
  read(b.weight, i, weights);
  read(b.gradient, i, gradients);
  read(b.first, i, firsts);
  read(b.second, i, seconds);
  if (b.compensation.data) read(b.compensation, i, rests);
#pragma unroll
  for (int j = 0; j < kCount; ++j) {
    Element e{weights[j] + rests[j], gradients[j], firsts[j], seconds[j]};
    advance(step, e);
    weights[j] = b.weight.kept(e.weight);
    rests[j] = e.weight - weights[j];
    firsts[j] = e.first;
    seconds[j] = e.second;
  }
  write(b.weight, i, weights);
  write(b.first, i, firsts);
  write(b.second, i, seconds);
  if (b.compensation.data) write(b.compensation, i, rests);
  if (b.copy.data) write(b.copy, i, weights);
}

template <typename Weight, typename Moment>
__global__ void __launch_bounds__(kThreads) nearest_kernel(int64_t count, bool groups, Step step, Buffers<Weight, Moment> b) {
  const int64_t thread = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x, whole = groups ? count / kGroup : 0;
  for (int64_t group = thread; group < whole; group += threads) update<kGroup>(step, b, group * kGroup);
  for (int64_t i = whole * kGroup + thread; i < count; i += threads) update<1>(step, b, i);
}

/// What stochastic rounding depends on; the elements are those from `first_index` on.
struct Chance {
  uint64_t seed, step;
  int64_t first_index;
};

/// `value` as a buffer keeps it, stochastically if that is of bf16.
__device__ __forceinline__ float kept_by_chance(const Typed<float>&, float value, uint32_t) {
  return value;
}
__device__ __forceinline__ float kept_by_chance(const Typed<__nv_bfloat16>&, float value, uint32_t bits) {
  return __uint_as_float(static_cast<uint32_t>(encode_bf16_stochastic(value, bits)) << 16);
}

/// One element; bits(what) are its random ones. Weights with compensation are rounded to nearest.
template <typename Weight, typename Moment, typename Bits>
__device__ __forceinline__ void update_by_chance(const Step& step, const Buffers<Weight, Moment>& b, int64_t i, Bits bits) {
  const bool compensated = b.compensation.data != nullptr;
  Element e{b.weight.get(i) + (compensated ? b.compensation.get(i) : 0), b.gradient.get(i), b.first.get(i), b.second.get(i)};
  advance(step, e);
  const float weight = compensated ? b.weight.kept(e.weight) : kept_by_chance(b.weight, e.weight, bits(Rounded::weight));
  b.weight.set(i, weight);
  b.first.set(i, kept_by_chance(b.first, e.first, bits(Rounded::first_moment)));
  b.second.set(i, kept_by_chance(b.second, e.second, bits(Rounded::second_moment)));
  if (compensated) b.compensation.set(i, e.weight - weight);
  if (b.copy.data) b.copy.set(i, weight);
}

/// A thread's elements lie kRoundingBlocks apart, so that one Philox block rounds them all, weights and moments: as
/// rounding_bits() deals its halves out.
template <typename Weight, typename Moment>
__global__ void __launch_bounds__(kThreads) stochastic_kernel(int64_t count, Step step, Chance chance, Buffers<Weight, Moment> b) {
  const int64_t first_group = chance.first_index / kRoundingGroup;
  const int64_t lanes = ((chance.first_index + count - 1) / kRoundingGroup - first_group + 1) * kRoundingBlocks;
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t lane = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; lane < lanes; lane += threads) {
    const int64_t block = first_group * kRoundingBlocks + lane;
    const auto words = philox_block(chance.seed, chance.step, static_cast<uint64_t>(block));
#pragma unroll
    for (int j = 0; j < kRoundingHalves; ++j) {
      const int64_t index = block / kRoundingBlocks * kRoundingGroup + j * kRoundingBlocks + block % kRoundingBlocks;
      const int64_t i = index - chance.first_index;
      if (i < 0 || i >= count) continue;
      update_by_chance(step, b, i, [&](Rounded what) {
        const int which = (j + static_cast<int>(what)) % kRoundingHalves;
        return words[which / 2] >> (16 * (which % 2)) & 0xffff;
      });
    }
  }
}

Step step_of(const daybreak_adamw& a) {
  const double steps = static_cast<double>(a.step);
  const auto correction = [&](float beta) { return static_cast<float>(1 - std::pow(static_cast<double>(beta), steps)); };
  const auto rest = [](float beta) { return static_cast<float>(1 - static_cast<double>(beta)); };
  return {a.learning_rate, a.beta1, a.beta2, rest(a.beta1), rest(a.beta2), correction(a.beta1), correction(a.beta2), a.epsilon, a.decay,
          a.gradient_scale};
}

/// Calls use(buffer) with a Typed of float32 or bf16. Throws Refusal.
template <typename Use>
void with_kept_type(void* data, daybreak_dtype type, Use use) {
  if (type == DAYBREAK_F32) return use(Typed<float>{static_cast<float*>(data)});
  if (type == DAYBREAK_BF16) return use(Typed<__nv_bfloat16>{static_cast<__nv_bfloat16*>(data)});
  throw Refusal{DAYBREAK_UNSUPPORTED, "weights and moments must be f32 or bf16"};
}

template <typename Weight, typename Moment>
void launch_update(daybreak_device& device, cudaStream_t to, const daybreak_adamw& a, const Buffers<Weight, Moment>& buffers) {
  constexpr bool kAllWide = std::is_same_v<Weight, Typed<float>> && std::is_same_v<Moment, Typed<float>>;
  if constexpr (!kAllWide) {
    if (a.rounding == DAYBREAK_ROUND_STOCHASTIC) {
      const Chance chance{a.seed, static_cast<uint64_t>(a.step), a.first_index};
      return launch(stochastic_kernel<Weight, Moment>, blocks_for(device, a.count, kThreads * kRoundingHalves), kThreads, 0, to, a.count,
                    step_of(a), chance, buffers);
    }
  }
  const bool groups = aligned({a.weight, a.gradient, a.first_moment, a.second_moment, a.compensation, a.copy});
  launch(nearest_kernel<Weight, Moment>, blocks_for(device, a.count, kThreads * kGroup), kThreads, 0, to, a.count, groups, step_of(a),
         buffers);
}

}  // namespace

void Operations::adamw(daybreak_device& device, daybreak_stream* stream, const daybreak_adamw& a) {
  const cudaStream_t to = queue(device, stream);
  const Typed<float> gradient{const_cast<float*>(a.gradient)};
  const Typed<__nv_bfloat16> compensation{static_cast<__nv_bfloat16*>(a.compensation)};
  const Any copy = any(a.copy, a.copy ? a.copy_type : DAYBREAK_F32);
  with_kept_type(a.weight, a.weight_type, [&](auto weight) {
    with_kept_type(a.first_moment, a.moment_type, [&](auto first) {
      const auto second = like(first, Any{a.second_moment, a.moment_type});
      launch_update(device, to, a, Buffers<decltype(weight), decltype(first)>{weight, gradient, first, second, compensation, copy});
    });
  });
}

}  // namespace daybreak::kernels::cuda
