#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/operations.h"

namespace daybreak::kernels::cuda {
namespace {

struct Scaled {
  float scale_x;
  __device__ float operator()(float x) const { return scale_x * x; }
};

struct Sum {
  float scale_x, scale_y;
  __device__ float operator()(float x, float y) const { return scale_x * x + scale_y * y; }
};

}  // namespace

void Operations::add_scaled(daybreak_device& device, daybreak_stream* stream, const daybreak_add_scaled& a) {
  const Any x = any(a.x, a.x_type), y = any(a.y, a.y_type);
  if (a.scale_y == 0) return map(device, stream, a.count, Scaled{a.scale_x}, y, x);
  const cudaStream_t to = queue(device, stream);
  with_hot_types(x, y, [&](auto from, auto sum) { launch_map(device, to, a.count, Sum{a.scale_x, a.scale_y}, sum, from, sum); });
}

}  // namespace daybreak::kernels::cuda
