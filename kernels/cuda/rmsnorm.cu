#include "kernels/cuda/norm.h"
#include "kernels/cuda/operations.h"

namespace daybreak::kernels::cuda {

void Operations::rmsnorm_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm& n) {
  norm_forward<false>(device, stream, n);
}

void Operations::rmsnorm_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm_backward& n) {
  norm_backward<false>(device, stream, n);
}

}  // namespace daybreak::kernels::cuda
