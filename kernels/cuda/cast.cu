#include "kernels/cuda/cast.h"

#include "kernels/cuda/elementwise.h"
#include "kernels/cuda/operations.h"

namespace daybreak::kernels::cuda {
namespace {

/// Reading and writing do it all.
struct Same {
  __device__ float operator()(float x) const { return x; }
};

struct Through {
  Any kept_as;
  __device__ float operator()(float x) const { return kept_as.kept(x); }
};

}  // namespace

void queue_cast(daybreak_device& device, daybreak_stream* stream, int64_t count, const Any& y, const Any& x, daybreak_dtype through) {
  if (through == DAYBREAK_F32 || through == y.type) return map(device, stream, count, Same{}, y, x);
  launch_map(device, queue(device, stream), count, Through{any(nullptr, through)}, y, x);
}

void Operations::cast(daybreak_device& device, daybreak_stream* stream, const daybreak_cast& c) {
  queue_cast(device, stream, c.count, any(c.y, c.y_type), any(c.x, c.x_type), c.y_type);
}

}  // namespace daybreak::kernels::cuda
