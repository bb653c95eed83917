#include "kernels/cuda/rotations.h"

#include "kernels/cuda/launch.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kThreads = 256;

__global__ void __launch_bounds__(kThreads) kernel(double base, int64_t positions, int64_t pairs, float2* table) {
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t item = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; item < positions * pairs; item += step) {
    const double frequency = pow(base, -static_cast<double>(item % pairs) / static_cast<double>(pairs));
    const double angle = static_cast<double>(item / pairs) * frequency;
    table[item] = make_float2(static_cast<float>(cos(angle)), static_cast<float>(sin(angle)));
  }
}

}  // namespace

const float2* Rotations::of(daybreak_device& device, daybreak_stream* stream, float base, int64_t positions, int64_t head_width) {
  const int64_t pairs = head_width / 2;
  if (positions == 0 || pairs == 0) return nullptr;
  const auto [found, is_new] = tables_.try_emplace({base, positions, pairs});
  const bool capturing = stream_of(device, stream).capturing;
  const std::size_t bytes = sizeof(float2) * static_cast<std::size_t>(positions * pairs);
  if (!is_new) return static_cast<const float2*>(found->second.at_least(bytes, capturing));
  try {
    auto* const table = static_cast<float2*>(found->second.at_least(bytes, capturing));
    const cudaStream_t to = queue(device, stream);
    launch(kernel, blocks_for(device, positions * pairs, kThreads), kThreads, 0, to, base, positions, pairs, table);
    require(cudaStreamSynchronize(to), "rotations");  // other streams will read it
    return table;
  } catch (...) {
    tables_.erase(found);  // or it would count as computed
    throw;
  }
}

}  // namespace daybreak::kernels::cuda
