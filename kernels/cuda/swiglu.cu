#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/operations.h"

namespace daybreak::kernels::cuda {
namespace {

__device__ __forceinline__ float sigmoid(float z) {
  return 1 / (1 + expf(-z));
}

struct Forward {
  __device__ float operator()(float gate, float up) const { return gate * sigmoid(gate) * up; }
};

constexpr int kThreads = 256;

/// Gradients of kCount elements from i on, all read before any is written.
template <int kCount, typename X, typename Gradient>
__device__ __forceinline__ void differentiate(int64_t i, const X& gate, const X& up, const Gradient& y_gradient,
                                              const Gradient& gate_gradient, const Gradient& up_gradient) {
  float gates[kCount], ups[kCount], slopes[kCount];
  read(gate, i, gates);
  read(up, i, ups);
  read(y_gradient, i, slopes);
#pragma unroll
  for (int j = 0; j < kCount; ++j) {
    const float share = sigmoid(gates[j]), slope = slopes[j];
    slopes[j] = slope * gates[j] * share;
    gates[j] = slope * ups[j] * share * (1 + gates[j] * (1 - share));
  }
  write(gate_gradient, i, gates);
  write(up_gradient, i, slopes);
}

template <typename X, typename Gradient>
__global__ void __launch_bounds__(kThreads) backward_kernel(int64_t count, bool groups, X gate, X up, Gradient y_gradient,
                                                            Gradient gate_gradient, Gradient up_gradient) {
  const int64_t thread = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
  const int64_t threads = static_cast<int64_t>(gridDim.x) * blockDim.x;
  int64_t whole = 0;
  if constexpr (kIsTyped<X> && kIsTyped<Gradient>) {
    whole = groups ? count / kGroup : 0;
    for (int64_t group = thread; group < whole; group += threads)
      differentiate<kGroup>(group * kGroup, gate, up, y_gradient, gate_gradient, up_gradient);
  }
  for (int64_t i = whole * kGroup + thread; i < count; i += threads)
    differentiate<1>(i, gate, up, y_gradient, gate_gradient, up_gradient);
}

}  // namespace

void Operations::swiglu_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_swiglu& s) {
  map(device, stream, s.count, Forward{}, any(s.y, s.y_type), any(s.gate, s.x_type), any(s.up, s.x_type));
}

void Operations::swiglu_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_swiglu_backward& s) {
  const cudaStream_t to = queue(device, stream);
  const Any gate = any(s.gate, s.x_type), up = any(s.up, s.x_type), y_gradient = any(s.y_gradient, s.gradient_type);
  const Any gate_gradient = any(s.gate_gradient, s.gradient_type), up_gradient = any(s.up_gradient, s.gradient_type);
  with_hot_types(gate, y_gradient, [&](auto x, auto gradient) {
    launch(backward_kernel<decltype(x), decltype(gradient)>, blocks_for(device, s.count, kThreads * kGroup), kThreads, 0, to, s.count,
           aligned({s.gate, s.up, s.y_gradient, s.gate_gradient, s.up_gradient}), x, like(x, up), gradient,
           like(gradient, gate_gradient), like(gradient, up_gradient));
  });
}

}  // namespace daybreak::kernels::cuda
