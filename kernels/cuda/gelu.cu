#include "kernels/cuda/gelu.h"

#include "kernels/cuda/element.h"
#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/operations.h"

namespace daybreak::kernels::cuda {
namespace {

struct Forward {
  __device__ float operator()(float x) const { return gelu(x); }
};

struct Backward {
  __device__ float operator()(float x, float y_gradient) const { return y_gradient * gelu_slope(x); }
};

}  // namespace

void Operations::gelu_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_gelu& g) {
  map(device, stream, g.count, Forward{}, any(g.y, g.y_type), any(g.x, g.x_type));
}

void Operations::gelu_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_gelu_backward& g) {
  map(device, stream, g.count, Backward{}, any(g.x_gradient, g.gradient_type), any(g.x, g.x_type),
      any(g.y_gradient, g.gradient_type));
}

}  // namespace daybreak::kernels::cuda
