#include "kernels/cuda/norm.h"
#include "kernels/cuda/operations.h"

namespace daybreak::kernels::cuda {

void Operations::layernorm_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm& n) {
  norm_forward<true>(device, stream, n);
}

void Operations::layernorm_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_norm_backward& n) {
  norm_backward<true>(device, stream, n);
}

}  // namespace daybreak::kernels::cuda
