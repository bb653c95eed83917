#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/rows.h"
#include "kernels/cuda/staging.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kThreads = 256;

/// As the host wants it, under a name that from_lane() is found by.
struct Statistics {
  daybreak_statistics_result all;
};

__device__ __forceinline__ double from_lane(double value, int distance) {
  return __shfl_xor_sync(0xffffffff, value, distance);
}

__device__ __forceinline__ Statistics from_lane(const Statistics& s, int distance) {
  return {{from_lane(s.all.sum, distance), from_lane(s.all.sum_squares, distance), from_lane(s.all.largest_magnitude, distance),
           static_cast<uint64_t>(__shfl_xor_sync(0xffffffff, static_cast<unsigned long long>(s.all.not_finite), distance))}};
}

struct Join {
  __device__ Statistics operator()(const Statistics& a, const Statistics& b) const {
    return {{a.all.sum + b.all.sum, a.all.sum_squares + b.all.sum_squares, fmax(a.all.largest_magnitude, b.all.largest_magnitude),
             a.all.not_finite + b.all.not_finite}};
  }
};

__device__ __forceinline__ void count_in(daybreak_statistics_result& s, float value) {
  const double x = value, magnitude = fabs(x);
  if (!(magnitude <= 3.4028234663852886e38)) {  // the largest float32
    ++s.not_finite;
    return;
  }
  s.sum += x;
  s.sum_squares += x * x;
  s.largest_magnitude = fmax(s.largest_magnitude, magnitude);
}

/// partial[blockIdx.x]: of the elements that a block's threads take by whole grids.
template <typename X>
__global__ void __launch_bounds__(kThreads) partial_kernel(int64_t count, bool groups, X x, Statistics* partial) {
  __shared__ Statistics shared[kWarp];
  const int64_t thread = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  Statistics mine{};
  int64_t whole = 0;
  if constexpr (kIsTyped<X>) {
    whole = groups ? count / kGroup : 0;
    for (int64_t group = thread; group < whole; group += threads) {
      float values[kGroup];
      read(x, group * kGroup, values);
#pragma unroll
      for (int j = 0; j < kGroup; ++j) count_in(mine.all, values[j]);
    }
  }
  for (int64_t i = whole * kGroup + thread; i < count; i += threads) count_in(mine.all, x.get(i));
  mine = over_block(mine, shared, Join{});
  if (threadIdx.x == 0) partial[blockIdx.x] = mine;
}

/// The first of `partial` becomes all of them together. One block.
__global__ void __launch_bounds__(kThreads) final_kernel(int64_t count, Statistics* partial) {
  __shared__ Statistics shared[kWarp];
  Statistics mine{};
  for (int64_t i = threadIdx.x; i < count; i += kThreads) mine = Join{}(mine, partial[i]);
  mine = over_block(mine, shared, Join{});
  if (threadIdx.x == 0) partial[0] = mine;
}

}  // namespace

void Operations::statistics(daybreak_device& device, daybreak_stream* stream, const daybreak_statistics& s) {
  const cudaStream_t to = queue_with_host(device, stream);
  *s.result = {};
  if (s.count == 0) return;
  const unsigned blocks = blocks_for(device, s.count, kThreads * kGroup);
  auto* const partial = static_cast<Statistics*>(scratch(device, stream, blocks * sizeof(Statistics)));
  with_hot_type(any(s.x, s.x_type), [&](auto x) {
    launch(partial_kernel<decltype(x)>, blocks, kThreads, 0, to, s.count, aligned({s.x}), x, partial);
  });
  launch(final_kernel, 1, kThreads, 0, to, blocks, partial);
  device.staging->copy_out(to, s.result, partial, sizeof *s.result);
}

}  // namespace daybreak::kernels::cuda
