// The forward pass in float32: blocks of queries pass over blocks of keys with a running softmax.
#include <algorithm>

#include "kernels/cuda/attention_exact.h"

namespace daybreak::kernels::cuda {
namespace {

struct ForwardOperands {
  AnyMatrix q, k, v, out;
};

/// The largest score and the sum of probabilities of each of a thread's rows, the same in all threads of a row.
template <int kR>
struct RunningRows {
  float largest[kR], sum[kR];
};

/// Over the threads of a row.
template <typename Combine>
__device__ __forceinline__ float over_row(float value, Combine combine) {
#pragma unroll
  for (int distance = kExactX / 2; distance > 0; distance /= 2)
    value = combine(value, __shfl_xor_sync(0xffffffffu, value, distance));
  return value;
}

/// Scores become probabilities under the largest so far, 0 where the key comes after the query, whatever the score was; what
/// was summed under a smaller one is scaled down. `ahead`: the first query less the first key.
template <typename E>
__device__ __forceinline__ void soften(typename E::Scores& scores, float scale, int ahead, RunningRows<E::kR>& rows,
                                       typename E::Sums& sums) {
  const ExactThread thread;
#pragma unroll
  for (int r = 0; r < E::kR; ++r) {
    float largest = rows.largest[r];
#pragma unroll
    for (int c = 0; c < E::kC; ++c) {
      const bool hidden = thread.x + kExactX * c > ahead + thread.y * E::kR + r;
      scores[r][c] = hidden ? -INFINITY : scores[r][c] * scale;
      largest = fmaxf(largest, scores[r][c]);
    }
    largest = over_row(largest, [](float a, float b) { return fmaxf(a, b); });
    const float base = largest == -INFINITY ? 0 : largest;  // all scores -inf so far: probabilities are 0, not NaN
    const float factor = expf(rows.largest[r] - base);
    float sum = 0;
#pragma unroll
    for (int c = 0; c < E::kC; ++c) sum += scores[r][c] = expf(scores[r][c] - base);
    rows.sum[r] = rows.sum[r] * factor + over_row(sum, [](float a, float b) { return a + b; });
    rows.largest[r] = largest;
#pragma unroll
    for (int q = 0; q < E::kQuads; ++q)
#pragma unroll
      for (int i = 0; i < 4; ++i) sums[r][q][i] *= factor;
  }
}

/// Divides by the sums of probabilities; writes out and log_sum_exp.
template <typename E>
__device__ __forceinline__ void finish(const daybreak_attention& a, const ForwardOperands& operands, const HeadBlock& at, int first,
                                       const RunningRows<E::kR>& rows, const typename E::Sums& sums) {
  const ExactThread thread;
  float factor[E::kR];
#pragma unroll
  for (int r = 0; r < E::kR; ++r) {
    factor[r] = 1 / rows.sum[r];
    const int row = first + thread.y * E::kR + r;
    if (thread.x == 0 && row < a.context)
      a.log_sum_exp[(at.sequence * a.heads + at.head) * a.context + row] = rows.sum[r] > 0 ? rows.largest[r] + logf(rows.sum[r]) : NAN;
  }
  store_sums<E>(sums, factor, operands.out.rows(a, at.sequence, at.head), first);
}

/// One block of queries of one head. Keys and values take turns in one tile.
template <typename E>
__global__ void __launch_bounds__(kExactThreads) exact_forward_kernel(daybreak_attention a, ForwardOperands operands, int blocks) {
  HeadBlock at = head_block(a.heads, blocks);
  at.block = blocks - 1 - at.block;  // the blocks with the most keys begin first
  const int kv_head = at.head / static_cast<int>(a.heads / a.kv_heads);
  const AnyRows k = operands.k.rows(a, at.sequence, kv_head), v = operands.v.rows(a, at.sequence, kv_head);
  float* const q_tile = dynamic_shared<float>();
  float *const kv_tile = q_tile + E::kRowFloats, *const weights = kv_tile + E::kColumnFloats;
  const int first = at.block * E::kRows, width = static_cast<int>(a.head_width);
  load_tile<E::kRows, E::kWidth>(q_tile, operands.q.rows(a, at.sequence, at.head), first);
  RunningRows<E::kR> rows;
#pragma unroll
  for (int r = 0; r < E::kR; ++r) rows.largest[r] = -INFINITY, rows.sum[r] = 0;
  typename E::Sums sums = {};
  const int keys = std::min(first + E::kRows, k.count);
  for (int key = 0; key < keys; key += E::kColumns) {
    __syncthreads();
    load_tile<E::kColumns, E::kWidth>(kv_tile, k, key);
    __syncthreads();
    typename E::Scores scores;
    multiply_rows<E>(scores, q_tile, kv_tile, width);
    soften<E>(scores, a.scale, first - key, rows, sums);
    put_scores<E>(weights, scores);
    __syncthreads();
    load_tile<E::kColumns, E::kWidth>(kv_tile, v, key);
    __syncthreads();
    multiply_weights<E>(sums, weights, kv_tile);
  }
  finish<E>(a, operands, at, first, rows, sums);
}

template <typename E>
void launch_exact(cudaStream_t stream, const daybreak_attention& a) {
  const ForwardOperands operands{{a.q, a.type, a.q_stride, a.head_width},
                                 {a.k, a.type, a.kv_stride, a.head_width},
                                 {a.v, a.type, a.kv_stride, a.head_width},
                                 {a.out, a.out_type, a.out_stride, a.head_width}};
  constexpr int kSharedBytes = (E::kRowFloats + E::kColumnFloats + E::kScoreFloats) * static_cast<int>(sizeof(float));
  const int blocks = blocks_of(a.context, E::kRows);
  launch(exact_forward_kernel<E>, head_grid(a.batch, a.heads, blocks), kExactThreads, kSharedBytes, stream, a, operands, blocks);
}

}  // namespace

void attention_forward_exact(cudaStream_t stream, const daybreak_attention& a) {
  require_exact_width(a.head_width);
  if (a.head_width <= 64) return launch_exact<Exact<64, 8, 4>>(stream, a);
  if (a.head_width <= 128) return launch_exact<Exact<128, 8, 4>>(stream, a);
  launch_exact<Exact<256, 4, 2>>(stream, a);
}

}  // namespace daybreak::kernels::cuda
