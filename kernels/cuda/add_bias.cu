#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/rows.h"

namespace daybreak::kernels::cuda {
namespace {

template <int kCount, typename X>
__global__ void __launch_bounds__(kTileThreads) kernel(int64_t rows, int64_t width, X x, Any bias) {
  const Tile tile = tile_of<kCount>(width);
  if (!tile.inside) return;
  float shift[kCount];
#pragma unroll
  for (int j = 0; j < kCount; ++j) shift[j] = bias.get(tile.column + j);
  for (int64_t row = tile.row; row < rows; row += tile.row_step) {
    float values[kCount];
    read(x, row * width + tile.column, values);
#pragma unroll
    for (int j = 0; j < kCount; ++j) values[j] += shift[j];
    write(x, row * width + tile.column, values);
  }
}

}  // namespace

void Operations::add_bias(daybreak_device& device, daybreak_stream* stream, const daybreak_add_bias& a) {
  const cudaStream_t to = queue(device, stream);
  const Any bias = any(a.bias, a.bias_type);
  with_hot_type(any(a.x, a.x_type), [&](auto x) {
    with_count<kIsTyped<decltype(x)>>(a.width % kGroup == 0 && aligned({a.x}), [&](auto count) {
      launch(kernel<count.value, decltype(x)>, tiles_for<count.value>(device, a.rows, a.width), kTileBlock, 0, to,
             a.rows, a.width, x, bias);
    });
  });
}

}  // namespace daybreak::kernels::cuda
