// The backward pass in float32, in two passes as attention_backward.cu has them.
#include <algorithm>

#include "kernels/cuda/attention_exact.h"

namespace daybreak::kernels::cuda {
namespace {

struct BackwardOperands {
  AnyMatrix q, k, v, out_gradient, q_gradient, k_gradient, v_gradient;
};

/// The block's shared memory: tiles of two operands' rows and of two operands' columns, probabilities, gradients of scores.
template <typename E>
struct BackwardTiles {
  float* rows0 = dynamic_shared<float>();
  float *rows1 = rows0 + E::kRowFloats, *columns0 = rows1 + E::kRowFloats, *columns1 = columns0 + E::kColumnFloats;
  float *p = columns1 + E::kColumnFloats, *dp = p + E::kScoreFloats;
  static constexpr int kBytes = (2 * E::kRowFloats + 2 * E::kColumnFloats + 2 * E::kScoreFloats) * static_cast<int>(sizeof(float));
};

/// Probabilities and the gradients of scores before they are scaled, from tiles, into tiles; both 0 where the key comes after
/// the query, whatever they were. kRowsAreKeys: else they are queries. first_row, first_column: of the tiles. values: of the
/// head's first query.
template <typename E, bool kRowsAreKeys>
__device__ __forceinline__ void score_gradients(const BackwardTiles<E>& tiles, float scale, int width, int first_row, int first_column,
                                                const float* log_sum_exp, const float* mean) {
  const ExactThread thread;
  typename E::Scores p, dp;
  multiply_rows<E>(p, tiles.rows0, tiles.columns0, width);
  multiply_rows<E>(dp, tiles.rows1, tiles.columns1, width);
#pragma unroll
  for (int r = 0; r < E::kR; ++r)
#pragma unroll
    for (int c = 0; c < E::kC; ++c) {
      const int row = first_row + thread.y * E::kR + r, column = first_column + thread.x + kExactX * c;
      const int query = kRowsAreKeys ? column : row, key = kRowsAreKeys ? row : column;
      p[r][c] = key > query ? 0 : expf(p[r][c] * scale - log_sum_exp[query]);
      dp[r][c] = key > query ? 0 : p[r][c] * (dp[r][c] - mean[query]);
    }
  put_scores<E>(tiles.p, p);
  put_scores<E>(tiles.dp, dp);
  __syncwarp();
}

template <int kR>
__device__ __forceinline__ void fill(float (&factor)[kR], float value) {
#pragma unroll
  for (int r = 0; r < kR; ++r) factor[r] = value;
}

/// Gradients of one block of keys and values of one key head, over its query heads one after the other.
template <typename E>
__global__ void __launch_bounds__(kExactThreads)
exact_keys_kernel(daybreak_attention_backward a, BackwardOperands operands, RowValues values, int blocks) {
  const HeadBlock at = head_block(a.kv_heads, blocks);
  const int group = static_cast<int>(a.heads / a.kv_heads);
  const BackwardTiles<E> tiles;
  const int first = at.block * E::kRows, width = static_cast<int>(a.head_width), context = static_cast<int>(a.context);
  load_tile<E::kRows, E::kWidth>(tiles.rows0, operands.k.rows(a, at.sequence, at.head), first);
  load_tile<E::kRows, E::kWidth>(tiles.rows1, operands.v.rows(a, at.sequence, at.head), first);
  typename E::Sums dk = {}, dv = {};
  for (int head = at.head * group; head < (at.head + 1) * group; ++head) {
    const AnyRows q = operands.q.rows(a, at.sequence, head), dout = operands.out_gradient.rows(a, at.sequence, head);
    const int64_t place = (at.sequence * a.heads + head) * values.padded;
    for (int query = first; query < context; query += E::kColumns) {
      __syncthreads();
      load_tile<E::kColumns, E::kWidth>(tiles.columns0, q, query);
      load_tile<E::kColumns, E::kWidth>(tiles.columns1, dout, query);
      __syncthreads();
      score_gradients<E, true>(tiles, a.scale, width, first, query, values.log_sum_exp + place, values.mean + place);
      multiply_weights<E>(dv, tiles.p, tiles.columns1);
      multiply_weights<E>(dk, tiles.dp, tiles.columns0);
    }
  }
  float factor[E::kR];
  fill(factor, 1);
  store_sums<E>(dv, factor, operands.v_gradient.rows(a, at.sequence, at.head), first);
  fill(factor, a.scale);
  store_sums<E>(dk, factor, operands.k_gradient.rows(a, at.sequence, at.head), first);
}

/// Gradients of one block of queries of one head.
template <typename E>
__global__ void __launch_bounds__(kExactThreads)
exact_queries_kernel(daybreak_attention_backward a, BackwardOperands operands, RowValues values, int blocks) {
  HeadBlock at = head_block(a.heads, blocks);
  at.block = blocks - 1 - at.block;  // the blocks with the most keys begin first
  const int kv_head = at.head / static_cast<int>(a.heads / a.kv_heads);
  const int64_t place = (at.sequence * a.heads + at.head) * values.padded;
  const AnyRows k = operands.k.rows(a, at.sequence, kv_head), v = operands.v.rows(a, at.sequence, kv_head);
  const BackwardTiles<E> tiles;
  const int first = at.block * E::kRows, width = static_cast<int>(a.head_width);
  load_tile<E::kRows, E::kWidth>(tiles.rows0, operands.q.rows(a, at.sequence, at.head), first);
  load_tile<E::kRows, E::kWidth>(tiles.rows1, operands.out_gradient.rows(a, at.sequence, at.head), first);
  typename E::Sums dq = {};
  const int keys = std::min(first + E::kRows, k.count);
  for (int key = 0; key < keys; key += E::kColumns) {
    __syncthreads();
    load_tile<E::kColumns, E::kWidth>(tiles.columns0, k, key);
    load_tile<E::kColumns, E::kWidth>(tiles.columns1, v, key);
    __syncthreads();
    score_gradients<E, false>(tiles, a.scale, width, first, key, values.log_sum_exp + place, values.mean + place);
    multiply_weights<E>(dq, tiles.dp, tiles.columns0);
  }
  float factor[E::kR];
  fill(factor, a.scale);
  store_sums<E>(dq, factor, operands.q_gradient.rows(a, at.sequence, at.head), first);
}

template <typename E>
void launch_exact(cudaStream_t stream, const daybreak_attention_backward& a, const RowValues& values) {
  const int64_t width = a.head_width;
  const BackwardOperands operands{{a.q, a.type, a.q_stride, width},
                                  {a.k, a.type, a.kv_stride, width},
                                  {a.v, a.type, a.kv_stride, width},
                                  {a.out_gradient, a.gradient_type, a.out_stride, width},
                                  {a.q_gradient, a.gradient_type, a.q_stride, width},
                                  {a.k_gradient, a.gradient_type, a.kv_stride, width},
                                  {a.v_gradient, a.gradient_type, a.kv_stride, width}};
  const int blocks = blocks_of(a.context, E::kRows);
  constexpr int kBytes = BackwardTiles<E>::kBytes;
  launch(exact_keys_kernel<E>, head_grid(a.batch, a.kv_heads, blocks), kExactThreads, kBytes, stream, a, operands, values, blocks);
  launch(exact_queries_kernel<E>, head_grid(a.batch, a.heads, blocks), kExactThreads, kBytes, stream, a, operands, values, blocks);
}

}  // namespace

void attention_backward_exact(cudaStream_t stream, const daybreak_attention_backward& a, const RowValues& values) {
  require_exact_width(a.head_width);
  if (a.head_width <= 64) return launch_exact<Exact<64, 8, 2>>(stream, a, values);
  if (a.head_width <= 128) return launch_exact<Exact<128, 4, 2>>(stream, a, values);
  launch_exact<Exact<256, 4, 2>>(stream, a, values);
}

}  // namespace daybreak::kernels::cuda
