// FlashAttention-2 (Dao, arXiv 2307.08691): blocks of queries pass over blocks of keys with a running softmax, and no score
// leaves the registers. A warp owns 32 queries, so that each fragment of keys or values that it reads serves two products.
#include <algorithm>
#include <type_traits>

#include "kernels/cuda/attention_tiles.h"
#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/operations.h"

namespace daybreak::kernels::cuda {
namespace {

template <typename Element, int kHeadWidth>
struct Forward {
  using Format = Element;
  static constexpr int kWidth = kHeadWidth, kWarps = 4, kThreads = kWarps * kWarpLanes;
  static constexpr bool kTwoParts = Format::kMantissaBits == F16::kMantissaBits;  // of probabilities
  static constexpr int kM = kTwoParts && kWidth > 64 ? 1 : 2, kWarpQueries = 16 * kM, kQueries = kWarps * kWarpQueries;
  // 255 registers bound what a lane may hold: sums of kM x kWidth, scores of kM x kKeys, and the queries if they fit.
  static constexpr int kKeys = kTwoParts || kWidth > 64 ? 32 : 64, kN = kKeys / 8;
  using Queries = std::conditional_t<kWidth == 64, KeptRows<kWidth, kM>, SharedRows<kWidth, kM>>;
  static constexpr int kSharedBytes = (kQueries + 4 * kKeys) * kWidth * 2;
  // Probabilities are kept times 2^kShift: f16 then holds them down to 2^-26 with all of its bits.
  static constexpr float kShift = kTwoParts ? 12 : 0;
};

/// A lane's two rows in a block of 16: the largest score so far (times scale * log2(e)) and this lane's part of the sum
/// of probabilities.
struct RunningRows {
  float largest[2] = {-INFINITY, -INFINITY}, sum[2] = {};
};

/// The larger of `largest` and all scores of a row, times scale.
template <int kN>
__device__ __forceinline__ float largest_of(const float (&scores)[kN][4], int half, float scale, float largest) {
  float most = -INFINITY;
#pragma unroll
  for (int n = 0; n < kN; ++n) most = fmaxf(most, fmaxf(scores[n][2 * half], scores[n][2 * half + 1]));
  most = fmaxf(most, __shfl_xor_sync(kAllLanes, most, 1));
  most = fmaxf(most, __shfl_xor_sync(kAllLanes, most, 2));
  return fmaxf(largest, most * scale);
}

/// Scores become probabilities under the largest so far; what was summed under a smaller one is scaled down.
template <typename F>
__device__ __forceinline__ void soften(float (&scores)[F::kN][4], float scale, RunningRows& rows,
                                       float (&out)[F::kWidth / 8][4]) {
  float factor[2], base[2];
  bool moved = false;
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    const float before = rows.largest[half], now = largest_of(scores, half, scale, before);
    base[half] = now == -INFINITY ? 0 : now;  // all scores -inf so far: probabilities are 0, not NaN
    factor[half] = exp2_approximate(before - base[half]);
    moved = moved || now != before;
    rows.largest[half] = now;
  }
  if (__ballot_sync(kAllLanes, moved) != 0) {  // seldom after the first blocks
    rows.sum[0] *= factor[0];
    rows.sum[1] *= factor[1];
#pragma unroll
    for (int n = 0; n < F::kWidth / 8; ++n)
#pragma unroll
      for (int i = 0; i < 4; ++i) out[n][i] *= factor[i / 2];
  }
#pragma unroll
  for (int n = 0; n < F::kN; ++n)
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      scores[n][i] = exp2_approximate(fmaf(scores[n][i], scale, F::kShift - base[i / 2]));
      rows.sum[i / 2] += scores[n][i];
    }
}

/// Divides by the sums of probabilities; writes out and log_sum_exp.
template <typename F>
__device__ __forceinline__ void finish(const daybreak_attention& a, const HeadBlock& at, int first, RunningRows (&rows)[F::kM],
                                       const float (&out)[F::kM][F::kWidth / 8][4], Tile<F::kWidth> tile, int tile_row) {
  const Lane lane;
  float* const log_sum_exp = a.log_sum_exp + (at.sequence * a.heads + at.head) * a.context;
  float factor[F::kM][2];
#pragma unroll
  for (int m = 0; m < F::kM; ++m)
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      float sum = rows[m].sum[half];
      sum += __shfl_xor_sync(kAllLanes, sum, 1);
      sum += __shfl_xor_sync(kAllLanes, sum, 2);
      factor[m][half] = 1 / sum;
      const int row = first + 16 * m + 8 * half + lane.group;
      if (lane.pair == 0 && row < a.context)
        log_sum_exp[row] = sum > 0 ? rows[m].largest[half] * kLn2 + (logf(sum) - F::kShift * kLn2) : NAN;
    }
  store_rows<typename F::Format>(out, factor, tile, tile_row, head_rows<uint16_t>(a.out, a, a.out_stride, at.sequence, at.head), first);
}

/// Queries [first, first + 16 kM) against the keys of one pair of tiles.
template <typename F, typename Queries>
__device__ __forceinline__ void attend(const Queries& queries, int first, Tile<F::kWidth> k, Tile<F::kWidth> v, int key,
                                       float scale, RunningRows (&rows)[F::kM],
                                       float (&out)[F::kM][F::kWidth / 8][4]) {
  float scores[F::kM][F::kN][4] = {};
  multiply_rows<typename F::Format>(scores, queries, k);
  if (key + F::kKeys - 1 > first) hide_later_keys<false>(scores, first - key);
#pragma unroll
  for (int m = 0; m < F::kM; ++m) soften<F>(scores[m], scale, rows[m], out[m]);
  multiply_weights<typename F::Format>(out, scores, v);
}

/// One block of queries of one head. The blocks with the most keys begin first.
template <typename F>
__global__ void __launch_bounds__(F::kThreads, 2) forward_kernel(daybreak_attention a, int blocks) {
  constexpr int kWidth = F::kWidth, kKeys = F::kKeys;
  HeadBlock at = head_block(a.heads, blocks);
  at.block = blocks - 1 - at.block;
  const int kv_head = at.head / static_cast<int>(a.heads / a.kv_heads);
  const auto q = head_rows<const uint16_t>(a.q, a, a.q_stride, at.sequence, at.head);
  const auto k = head_rows<const uint16_t>(a.k, a, a.kv_stride, at.sequence, kv_head);
  const auto v = head_rows<const uint16_t>(a.v, a, a.kv_stride, at.sequence, kv_head);
  const Tile<kWidth> q_tile{0};
  const auto k_tile = [](int buffer) { return Tile<kWidth>{(F::kQueries + 2 * buffer * kKeys) * kWidth}; };
  const auto v_tile = [](int buffer) { return Tile<kWidth>{(F::kQueries + (2 * buffer + 1) * kKeys) * kWidth}; };
  const auto copy_keys = [&](int buffer, int key) {
    copy_rows<kKeys, F::kThreads>(k_tile(buffer), k, key);
    copy_rows<kKeys, F::kThreads>(v_tile(buffer), v, key);
    copy_async_commit();
  };

  const int block_first = at.block * F::kQueries, warp_row = static_cast<int>(threadIdx.x) / kWarpLanes * F::kWarpQueries;
  const int first = block_first + warp_row, keys = std::min(block_first + F::kQueries, q.count);
  copy_rows<F::kQueries, F::kThreads>(q_tile, q, block_first);
  copy_keys(0, 0);
  copy_async_wait<0>();
  __syncthreads();
  const typename F::Queries queries(SharedRows<kWidth, F::kM>(q_tile, warp_row));
  RunningRows rows[F::kM];
  float out[F::kM][kWidth / 8][4] = {};
  for (int key = 0, buffer = 0; key < keys; key += kKeys, buffer ^= 1) {
    if (key + kKeys < keys) copy_keys(buffer ^ 1, key + kKeys);
    if (key < first + F::kWarpQueries)  // else this warp sees none of them
      attend<F>(queries, first, k_tile(buffer), v_tile(buffer), key, a.scale * kLog2E, rows, out);
    copy_async_wait<0>();
    __syncthreads();
  }
  finish<F>(a, at, first, rows, out, q_tile, warp_row);
}

template <typename F>
void launch_forward(cudaStream_t stream, const daybreak_attention& a) {
  const int blocks = blocks_of(a.context, F::kQueries);
  launch(forward_kernel<F>, head_grid(a.batch, a.heads, blocks), F::kThreads, F::kSharedBytes, stream, a, blocks);
}

template <typename Format>
void launch_forward_of(cudaStream_t stream, const daybreak_attention& a) {
  if (a.head_width <= 64) return launch_forward<Forward<Format, 64>>(stream, a);
  launch_forward<Forward<Format, 128>>(stream, a);
}

}  // namespace

void Operations::attention_forward(daybreak_device& device, daybreak_stream* stream, const daybreak_attention& a) {
  require_row_major({a.layout, a.out_layout});
  if (a.batch == 0 || a.context == 0 || a.heads == 0) return;
  const cudaStream_t to = queue(device, stream);
  if (!suits_tiles(a) || !aligned({a.q, a.k, a.v, a.out})) return attention_forward_exact(to, a);
  if (a.type == DAYBREAK_BF16) return launch_forward_of<Bf16>(to, a);
  launch_forward_of<F16>(to, a);
}

}  // namespace daybreak::kernels::cuda
