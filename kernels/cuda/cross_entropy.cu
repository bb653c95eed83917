#include <cmath>

#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/rows.h"
#include "kernels/cuda/tensor_core.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kThreads = 512;

/// exp(x) within 3e-7 of 1 and x's own rounding, which weighs little: x is at most 0 here, and what is far below it counts
/// for nothing beside 1.
__device__ __forceinline__ float exponential(float x) {
  constexpr float kLog2OfE = 1.4426950408889634f;
  return exp2_approximate(x * kLog2OfE);
}

/// sum exp(x - largest) over some x, held so that another largest costs one factor (Milakov and Gimelshein, "Online
/// normalizer calculation for softmax", 2018).
struct Exponentials {
  float largest, sum;
};

/// What the exponentials are relative to: before the first number that is larger than -infinity, 0, whose difference
/// from -infinity is a number's.
__device__ __forceinline__ float reference_of(float largest) {
  return largest == -INFINITY ? 0 : largest;
}

struct Join {
  __device__ Exponentials operator()(Exponentials a, Exponentials b) const {
    const float largest = fmaxf(a.largest, b.largest), reference = reference_of(largest);
    return {largest, a.sum * exponential(a.largest - reference) + b.sum * exponential(b.largest - reference)};
  }
};

__device__ __forceinline__ Exponentials from_lane(Exponentials value, int distance) {
  return {kernels::cuda::from_lane(value.largest, distance), kernels::cuda::from_lane(value.sum, distance)};
}

/// One pass over logits [begin, end) by the threads of the block; the same in all of them.
template <bool kMayGroup, typename Logits>
__device__ __forceinline__ Exponentials sum_exponentials(const Logits& logits, int64_t begin, int64_t end, bool groups,
                                                         Exponentials* shared) {
  Exponentials mine{-INFINITY, 0};
  for_row<kMayGroup>(begin, end, groups, [&](int64_t i, auto count) {
    float values[count.value], largest = mine.largest;
    read(logits, i, values);
#pragma unroll
    for (int j = 0; j < count.value; ++j) largest = fmaxf(largest, values[j]);
    const float reference = reference_of(largest);
    if (largest != mine.largest) mine.sum *= exponential(mine.largest - reference);
#pragma unroll
    for (int j = 0; j < count.value; ++j) mine.sum += exponential(values[j] - reference);
    mine.largest = largest;
  });
  return over_block(mine, shared, Join{});
}

/// A block a row, row after row: a pass that sums, and one that writes the gradient.
template <typename Logits>
__global__ void __launch_bounds__(kThreads) kernel(daybreak_cross_entropy c, bool groups, Logits logits, LateErrors* late) {
  __shared__ Exponentials shared[kWarp];
  constexpr bool kMayGroup = kIsTyped<Logits>;
  for (int64_t row = blockIdx.x; row < c.rows; row += gridDim.x) {
    const int64_t begin = row * c.vocabulary, end = begin + c.vocabulary;
    const uint32_t target = c.target[row];
    const bool counts = target != c.ignored;
    if (counts && target >= c.vocabulary) {
      if (threadIdx.x == 0) late->target_outside = 1;
      continue;
    }
    Exponentials all{0, 1};
    if (counts) all = sum_exponentials<kMayGroup>(logits, begin, end, groups, shared);
    if (threadIdx.x == 0) c.loss[row] = counts ? all.largest - logits.get(begin + target) + logf(all.sum) : 0;
    if (c.gradient_scale == 0) continue;
    __syncthreads();  // the target's logit has been read
    const float share = 1 / all.sum;
    for_row<kMayGroup>(begin, end, groups, [&](int64_t i, auto count) {
      float values[count.value];
      if (counts) read(logits, i, values);
#pragma unroll
      for (int j = 0; j < count.value; ++j) {
        const float one = i + j == begin + target ? 1.0f : 0.0f;
        values[j] = counts ? c.gradient_scale * (exponential(values[j] - all.largest) * share - one) : 0;
      }
      write(logits, i, values);
    });
  }
}

}  // namespace

void Operations::cross_entropy(daybreak_device& device, daybreak_stream* stream, const daybreak_cross_entropy& c) {
  const cudaStream_t to = queue(device, stream);
  with_hot_type(any(c.logits, c.logits_type), [&](auto logits) {
    launch(kernel<decltype(logits)>, blocks_for(device, c.rows, 1), threads_for_row(c.vocabulary, kThreads), 0, to, c,
           aligned({c.logits}), logits, late_errors(device));
  });
}

}  // namespace daybreak::kernels::cuda
