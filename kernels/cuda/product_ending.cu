#include "kernels/cuda/product_ending.h"

#include "kernels/cuda/element.h"
#include "kernels/cuda/gelu.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/rows.h"

namespace daybreak::kernels::cuda {
namespace {

/// What is the same for all elements.
struct Ending {
  int64_t first, rows, width;
  float alpha, beta;
  daybreak_epilogue epilogue;
  bool has_aux;
};

/// kCount elements of a value, of what aux holds of them and of what is added to them: c's, and in `aux` what aux keeps.
template <int kCount, typename Aux>
__device__ __forceinline__ void finish(const Ending& g, const Aux& keeps, float (&values)[kCount], float (&aux)[kCount],
                                       const float (&old)[kCount]) {
#pragma unroll
  for (int j = 0; j < kCount; ++j) {
    if (g.epilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD) values[j] *= gelu_slope(aux[j]);
    if (g.epilogue == DAYBREAK_EPILOGUE_GELU) {
      if (g.has_aux) aux[j] = values[j] = keeps.kept(values[j]);
      values[j] = gelu(values[j]);
    }
    if (g.beta != 0) values[j] += g.beta * old[j];
  }
}

/// A thread stays in its columns. What is read of an element, which may lie in c, is read before aux and c are written.
template <int kCount, typename C, typename Aux>
__global__ void __launch_bounds__(kTileThreads) kernel(Ending g, Typed<const float> product, Any bias, Aux aux, C addend, C c) {
  const Tile tile = tile_of<kCount>(g.width);
  if (!tile.inside) return;
  float shifts[kCount] = {};
  if (bias.data) read(bias, tile.column, shifts);
  for (int64_t row = tile.row; row < g.rows; row += tile.row_step) {
    const int64_t at = (g.first + row) * g.width + tile.column;
    float values[kCount], kept[kCount], old[kCount];
    read(product, row * g.width + tile.column, values);
    if (g.beta != 0) read(addend, at, old);
    if (g.epilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD) read(aux, at, kept);
#pragma unroll
    for (int j = 0; j < kCount; ++j) values[j] = g.alpha * values[j] + shifts[j];
    finish(g, aux, values, kept, old);
    if (g.epilogue == DAYBREAK_EPILOGUE_GELU && g.has_aux) write(aux, at, kept);
    write(c, at, values);
  }
}

}  // namespace

void queue_ending(daybreak_device& device, cudaStream_t stream, const daybreak_gemm& g, int64_t first, int64_t rows,
                  const float* product) {
  const bool has_aux = g.aux && g.epilogue != DAYBREAK_EPILOGUE_NONE;
  const Ending ending{first, rows, g.n, g.alpha, g.beta, g.epilogue, has_aux};
  const Any c = any(g.c, g.c_type), addend = any(g.addend ? g.addend : g.c, g.c_type);
  const Any aux = has_aux ? any(g.aux, g.aux_type) : c, bias = any(g.bias, g.bias ? g.bias_type : DAYBREAK_F32);
  const bool groups = g.n % kGroup == 0 && aligned({c.data, addend.data, aux.data, bias.data, product});
  const auto start = [&](auto to, auto beside) {
    with_count<kIsTyped<decltype(to)>>(groups, [&](auto count) {
      launch(kernel<count.value, decltype(to), decltype(beside)>, tiles_for<count.value>(device, rows, g.n), kTileBlock, 0, stream, ending,
             Typed<const float>{product}, bias, beside, like(to, addend), to);
    });
  };
  if (aux.type != c.type) return start(c, aux);
  with_hot_type(c, [&](auto to) { start(to, like(to, aux)); });
}

}  // namespace daybreak::kernels::cuda
