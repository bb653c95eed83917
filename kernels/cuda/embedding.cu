#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/operations.h"
#include "kernels/cuda/rows.h"
#include "kernels/cuda/token_lists.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kThreads = 256;

/// Rows of out by the rows of blocks.
template <int kCount, typename Table, typename Out>
__global__ void __launch_bounds__(kTileThreads) forward_kernel(daybreak_embedding e, Table table, Table positions, Out out,
                                                               LateErrors* late) {
  const Tile tile = tile_of<kCount>(e.width);
  if (!tile.inside) return;
  for (int64_t t = tile.row; t < e.tokens; t += tile.row_step) {
    const int64_t token = e.token[t];
    if (token >= e.vocabulary) {
      late->token_outside = 1;
      continue;
    }
    float values[kCount], shifts[kCount] = {};
    read(table, token * e.width + tile.column, values);
    if (e.position_table) read(positions, t % e.context * e.width + tile.column, shifts);
#pragma unroll
    for (int j = 0; j < kCount; ++j) values[j] += shifts[j];
    write(out, t * e.width + tile.column, values);
  }
}

/// gradient[row] += the gradients of a list of tokens, in its order; a thread a column. Those of many tokens are on their way
/// at once: the list of a frequent token is long.
template <typename Gradient, typename TokenAt>
__device__ __forceinline__ void add_list(int64_t width, const Gradient& out_gradient, float* gradient, int64_t count, TokenAt token_at) {
  constexpr int kAtOnce = 16;
  const int64_t column = static_cast<int64_t>(blockIdx.y) * blockDim.x + threadIdx.x;
  if (column >= width) return;
  float sum = gradient[column];
  int64_t i = 0;
  for (; i + kAtOnce <= count; i += kAtOnce) {
    float values[kAtOnce];
#pragma unroll
    for (int j = 0; j < kAtOnce; ++j) values[j] = out_gradient.get(token_at(i + j) * width + column);
#pragma unroll
    for (int j = 0; j < kAtOnce; ++j) sum += values[j];
  }
  for (; i < count; ++i) sum += out_gradient.get(token_at(i) * width + column);
  gradient[column] = sum;
}

template <typename Gradient>
__global__ void __launch_bounds__(kThreads) table_kernel(daybreak_embedding_backward e, Gradient out_gradient, TokenLists lists) {
  for (int64_t row = blockIdx.x; row < e.vocabulary; row += gridDim.x) {
    const uint32_t begin = lists.begin[row], count = lists.begin[row + 1] - begin;
    if (count == 0) continue;
    add_list(e.width, out_gradient, e.table_gradient + row * e.width, count,
             [&](int64_t i) { return static_cast<int64_t>(lists.sorted[begin + i]); });
  }
}

template <typename Gradient>
__global__ void __launch_bounds__(kThreads) position_kernel(daybreak_embedding_backward e, Gradient out_gradient) {
  const int64_t positions = min(e.context, e.tokens);
  for (int64_t row = blockIdx.x; row < positions; row += gridDim.x)
    add_list(e.width, out_gradient, e.position_gradient + row * e.width, (e.tokens - row + e.context - 1) / e.context,
             [&](int64_t i) { return row + i * e.context; });
}

}  // namespace

void Operations::embedding_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_embedding& e) {
  const cudaStream_t to = queue(device, stream);
  const Any positions = any(e.position_table, e.table_type);
  with_f32_and_hot_type(any(e.out, e.out_type), any(e.table, e.table_type), [&](auto out, auto table) {
    const bool groups = e.width % kGroup == 0 && aligned({e.table, e.position_table, e.out});
    with_count<kIsTyped<decltype(table)>>(groups, [&](auto count) {
      launch(forward_kernel<count.value, decltype(table), decltype(out)>, tiles_for<count.value>(device, e.tokens, e.width), kTileBlock,
             0, to, e, table, like(table, positions), out, late_errors(device));
    });
  });
}

void Operations::embedding_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_embedding_backward& e) {
  if (e.tokens == 0 || e.width == 0) return;
  const cudaStream_t to = queue(device, stream);
  const TokenLists lists = list_tokens(device, stream, e.token, e.tokens, e.vocabulary);
  const unsigned across = static_cast<unsigned>((e.width + kThreads - 1) / kThreads);
  with_hot_type(any(e.out_gradient, e.out_gradient_type), [&](auto out_gradient) {
    launch(table_kernel<decltype(out_gradient)>, dim3(blocks_for(device, e.vocabulary, 1), across), kThreads, 0, to, e, out_gradient,
           lists);
    if (e.position_gradient)
      launch(position_kernel<decltype(out_gradient)>, dim3(blocks_for(device, std::min(e.context, e.tokens), 1), across), kThreads, 0, to,
             e, out_gradient);
  });
}

}  // namespace daybreak::kernels::cuda
