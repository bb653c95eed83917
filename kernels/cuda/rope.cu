#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/rotations.h"
#include "kernels/cuda/rows.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kThreads = 256;

/// Turns kCount pairs after another.
template <int kCount, typename X>
__device__ __forceinline__ void turn(const X& x, int64_t first, int64_t second, const float2* rotation, float direction) {
  float a[kCount], b[kCount];
  read(x, first, a);
  read(x, second, b);
#pragma unroll
  for (int j = 0; j < kCount; ++j) {
    const float cosine = rotation[j].x, sine = direction * rotation[j].y, old = a[j];
    a[j] = old * cosine - b[j] * sine;
    b[j] = old * sine + b[j] * cosine;
  }
  write(x, first, a);
  write(x, second, b);
}

template <int kCount, typename X>
__global__ void __launch_bounds__(kThreads) kernel(daybreak_rope r, X x, const float2* rotations) {
  const int64_t pairs = r.head_width / 2, parts = pairs / kCount, of_token = r.heads * parts;
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t item = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; item < r.tokens * of_token; item += step) {
    const int64_t t = item / of_token, rest = item % of_token, i = rest % parts * kCount;
    const int64_t first = t * r.row_stride + rest / parts * r.head_width + i;
    turn<kCount>(x, first, first + pairs, rotations + t % r.context * pairs + i, static_cast<float>(r.direction));
  }
}

}  // namespace

void Operations::rope(daybreak_device& device, daybreak_stream* stream, const daybreak_rope& r) {
  require_row_major({r.x_layout});
  const int64_t pairs = r.head_width / 2;
  const float2* const rotations = device.rotations->of(device, stream, r.base, std::min(r.context, r.tokens), r.head_width);
  const cudaStream_t to = queue(device, stream);
  with_hot_type(any(r.x, r.x_type), [&](auto x) {
    const bool groups = pairs % kGroup == 0 && r.row_stride % kGroup == 0 && aligned({r.x});
    with_count<kIsTyped<decltype(x)>>(groups, [&](auto count) {
      launch(kernel<count.value, decltype(x)>, blocks_for(device, r.tokens * r.heads * pairs / count.value, kThreads), kThreads, 0,
             to, r, x, rotations);
    });
  });
}

}  // namespace daybreak::kernels::cuda
