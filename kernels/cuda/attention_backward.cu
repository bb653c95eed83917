// The backward pass of FlashAttention-2 (Dao, arXiv 2307.08691, algorithm 2) in two passes that each recompute the scores:
// blocks of keys pass over the queries for the gradients of keys and values, blocks of queries over the keys for those of
// queries. That is 7 products in place of 5. One pass alone has to add gradients of queries from all blocks of keys: with
// atomics no two runs are alike, and partial sums for each block of 128 keys are 8 bytes, written and read, for 5 x 128
// multiplications: 3 TB/s beside tensor cores at half of Hopper's rate, which is all that its memory moves.
#include <algorithm>
#include <type_traits>

#include "kernels/cuda/attention_tiles.h"
#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/operations.h"

namespace daybreak::kernels::cuda {
namespace {

// --- of each row: out_gradient . out ---------------------------------------------------------------------------------

constexpr int kRowLanes = 8, kRowThreads = 256, kBlockRows = kRowThreads / kRowLanes;
static_assert(kRowPadding % kBlockRows == 0);

template <typename Out, typename Gradient>
__global__ void __launch_bounds__(kRowThreads) row_values_kernel(daybreak_attention_backward a, Out out, Gradient gradient,
                                                                 bool groups, float factor, RowValues to) {
  const HeadBlock at = head_block(a.heads, static_cast<int>(to.padded / kBlockRows));
  const int lane = static_cast<int>(threadIdx.x) % kRowLanes;
  const int64_t row = at.block * kBlockRows + static_cast<int>(threadIdx.x) / kRowLanes, head_row = at.sequence * a.heads + at.head;
  float sum = 0;
  if (row < a.context) {
    const int64_t first = (at.sequence * a.context + row) * a.out_stride + at.head * a.head_width;
    const int64_t grouped = groups ? a.head_width : 0;
    for (int64_t i = lane * kGroup; i < grouped; i += kRowLanes * kGroup) {
      float x[kGroup], dx[kGroup];
      out.get_group(first + i, x);
      gradient.get_group(first + i, dx);
#pragma unroll
      for (int j = 0; j < kGroup; ++j) sum += x[j] * dx[j];
    }
    for (int64_t i = grouped + lane; i < a.head_width; i += kRowLanes) sum += out.get(first + i) * gradient.get(first + i);
  }
#pragma unroll
  for (int distance = kRowLanes / 2; distance > 0; distance /= 2) sum += __shfl_xor_sync(kAllLanes, sum, distance);
  if (lane != 0) return;
  to.log_sum_exp[head_row * to.padded + row] = row < a.context ? a.log_sum_exp[head_row * a.context + row] * factor : INFINITY;
  to.mean[head_row * to.padded + row] = sum;
}

/// Queues the kernel of it.
RowValues row_values(daybreak_device& device, daybreak_stream* stream, const daybreak_attention_backward& a, float factor) {
  const int64_t padded = int64_t{blocks_of(a.context, kRowPadding)} * kRowPadding;
  Parts parts;
  const std::size_t bytes = static_cast<std::size_t>(a.batch * a.heads * padded) * sizeof(float);
  const std::size_t first = parts.add(bytes), second = parts.add(bytes);
  void* const memory = scratch(device, stream, parts.bytes());
  const RowValues to{Parts::at<float>(memory, first), Parts::at<float>(memory, second), padded};
  const bool groups = aligned({a.out, a.out_gradient}) && a.out_stride % kGroup == 0 && a.head_width % kGroup == 0;
  const cudaStream_t on = queue(device, stream);
  with_hot_types(any(a.out, a.out_type), any(a.out_gradient, a.gradient_type), [&](auto out, auto gradient) {
    launch(row_values_kernel<decltype(out), decltype(gradient)>, head_grid(a.batch, a.heads, padded / kBlockRows), kRowThreads, 0, on, a,
           out, gradient, groups, factor, to);
  });
  return to;
}

// --- the two passes --------------------------------------------------------------------------------------------------

/// A pass whose blocks own rows of two operands and go over columns, which are rows of the two others: keys and values
/// over queries and gradients of out, or the other way round.
template <int kHeadWidth, bool kOwnsKeys>
struct Pass {
  static constexpr int kWidth = kHeadWidth, kWarps = 4, kThreads = kWarps * kWarpLanes;
  // 255 registers bound what a lane may hold: sums of kM x kWidth (twice in a block of keys), two times scores of
  // kM x kColumns, and the fragments of the rows where they fit.
  static constexpr int kM = kWidth == 64 ? 2 : 1, kWarpRows = 16 * kM, kRows = kWarps * kWarpRows;
  static constexpr int kColumns = 32, kN = kColumns / 8;
  using Shared = SharedRows<kWidth, kM>;
  using Kept = KeptRows<kWidth, kM>;
  using Rows0 = std::conditional_t<kOwnsKeys, Shared, Kept>;
  using Rows1 = std::conditional_t<kOwnsKeys || kM == 2, Shared, Kept>;
  using Scores = float[kM][kN][4];
  using Sums = float[kM][kWidth / 8][4];
  static constexpr int kTileBytes = (2 * kRows + 4 * kColumns) * kWidth * 2;
  static constexpr int kSharedBytes = kTileBytes + 4 * kColumns * static_cast<int>(sizeof(float));  // with two RowValues of columns, twice

  // The tiles of the two operands: of rows; and of columns, which have two buffers each.
  __device__ static Tile<kWidth> rows(int operand) { return {operand * kRows * kWidth}; }
  __device__ static Shared shared_rows(int operand, int row) { return {rows(operand), row}; }
  __device__ static Tile<kWidth> columns(int operand, int buffer) {
    return {(2 * kRows + (2 * buffer + operand) * kColumns) * kWidth};
  }
  /// The values of the columns where these are queries.
  __device__ static float* values(int which, int buffer) {
    return reinterpret_cast<float*>(dynamic_shared<unsigned char>() + kTileBytes) + (2 * buffer + which) * kColumns;
  }
};

/// Scores become probabilities, and their gradients those of the scores before they are scaled.
template <typename F, typename ValueOf>
__device__ __forceinline__ void score_gradients(typename F::Scores& p, typename F::Scores& dp, float scale,
                                                const ValueOf& log_sum_exp, const ValueOf& mean) {
#pragma unroll
  for (int m = 0; m < F::kM; ++m)
#pragma unroll
    for (int n = 0; n < F::kN; ++n)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        p[m][n][i] = exp2_approximate(fmaf(p[m][n][i], scale, -log_sum_exp.of(m, n, i)));
        dp[m][n][i] = p[m][n][i] * (dp[m][n][i] - mean.of(m, n, i));
      }
}

/// A number for each query where the columns are queries: in shared memory.
struct ColumnValue {
  const float* columns;
  __device__ __forceinline__ float of(int, int n, int i) const {
    const float2 pair = *reinterpret_cast<const float2*>(columns + 8 * n + 2 * Lane().pair);
    return i % 2 == 0 ? pair.x : pair.y;
  }
};

/// A number for each query where the rows are queries: in registers.
template <int kM>
struct RowValue {
  float rows[kM][2];
  __device__ __forceinline__ explicit RowValue(const float* of_first_row) {
#pragma unroll
    for (int m = 0; m < kM; ++m)
#pragma unroll
      for (int half = 0; half < 2; ++half) rows[m][half] = of_first_row[16 * m + 8 * half + Lane().group];
  }
  __device__ __forceinline__ float of(int m, int, int i) const { return rows[m][i / 2]; }
};

template <int kM>
__device__ __forceinline__ void fill(float (&factor)[kM][2], float value) {
#pragma unroll
  for (int m = 0; m < kM; ++m) factor[m][0] = factor[m][1] = value;
}

/// What the queries of one buffer add to the gradients of a warp's keys and values. `ahead`: the first query less the warp's
/// first key.
template <typename F>
__device__ __forceinline__ void add_queries(typename F::Sums& dk, typename F::Sums& dv, const typename F::Rows0& keys,
                                            const typename F::Rows1& v, int buffer, int ahead, float scale) {
  typename F::Scores p = {}, dp = {};
  multiply_rows<Bf16>(p, keys, F::columns(0, buffer));
  if (ahead < F::kWarpRows - 1) hide_later_keys<true>(p, ahead);
  multiply_rows<Bf16>(dp, v, F::columns(1, buffer));
  score_gradients<F>(p, dp, scale, ColumnValue{F::values(0, buffer)}, ColumnValue{F::values(1, buffer)});
  multiply_weights<Bf16>(dv, p, F::columns(1, buffer));
  multiply_weights<Bf16>(dk, dp, F::columns(0, buffer));
}

/// Gradients of one block of keys and values of one key head: over all query heads that share it, one after the other,
/// and all queries that see it. The blocks that most queries see begin first.
template <typename F>
__global__ void __launch_bounds__(F::kThreads, 2) keys_kernel(daybreak_attention_backward a, RowValues values, int blocks) {
  const HeadBlock at = head_block(a.kv_heads, blocks);
  const int group = static_cast<int>(a.heads / a.kv_heads), context = static_cast<int>(a.context);
  const int block_first = at.block * F::kRows, warp_row = static_cast<int>(threadIdx.x) / kWarpLanes * F::kWarpRows;
  const int first = block_first + warp_row;
  copy_rows<F::kRows, F::kThreads>(F::rows(0), head_rows<const uint16_t>(a.k, a, a.kv_stride, at.sequence, at.head), block_first);
  copy_rows<F::kRows, F::kThreads>(F::rows(1), head_rows<const uint16_t>(a.v, a, a.kv_stride, at.sequence, at.head), block_first);
  const typename F::Rows0 keys{F::shared_rows(0, warp_row)};
  const typename F::Rows1 v{F::shared_rows(1, warp_row)};
  const auto copy_queries = [&](int buffer, int head, int query) {
    copy_rows<F::kColumns, F::kThreads>(F::columns(0, buffer), head_rows<const uint16_t>(a.q, a, a.q_stride, at.sequence, head), query);
    copy_rows<F::kColumns, F::kThreads>(F::columns(1, buffer),
                                        head_rows<const uint16_t>(a.out_gradient, a, a.out_stride, at.sequence, head), query);
    constexpr int kCopies = F::kColumns / 4;  // of 16 bytes, for the values of the columns
    const int64_t place = (at.sequence * a.heads + head) * values.padded + query;
    const int which = static_cast<int>(threadIdx.x) / kCopies, at_column = static_cast<int>(threadIdx.x) % kCopies * 4;
    if (which < 2)
      copy_async_16(F::values(which, buffer) + at_column, (which == 0 ? values.log_sum_exp : values.mean) + place + at_column, true);
    copy_async_commit();
  };

  copy_queries(0, at.head * group, block_first);
  copy_async_wait<0>();
  __syncthreads();
  typename F::Sums dk = {}, dv = {};
  for (int heads_left = group, next = block_first, buffer = 0; heads_left > 0; buffer ^= 1) {
    const int query = next;
    next += F::kColumns;
    if (next >= context) next = block_first, --heads_left;
    if (heads_left > 0) copy_queries(buffer ^ 1, (at.head + 1) * group - heads_left, next);
    if (query + F::kColumns > first)  // else none of these queries sees this warp's keys
      add_queries<F>(dk, dv, keys, v, buffer, query - first, a.scale * kLog2E);
    copy_async_wait<0>();
    __syncthreads();
  }
  float factor[F::kM][2];
  fill(factor, 1);
  store_rows<Bf16>(dv, factor, F::rows(1), warp_row, head_rows<uint16_t>(a.v_gradient, a, a.kv_stride, at.sequence, at.head), first);
  fill(factor, a.scale);
  store_rows<Bf16>(dk, factor, F::rows(0), warp_row, head_rows<uint16_t>(a.k_gradient, a, a.kv_stride, at.sequence, at.head), first);
}

/// What the keys of one buffer add to the gradients of a warp's queries. `ahead`: the warp's first query less the first key.
template <typename F>
__device__ __forceinline__ void add_keys(typename F::Sums& dq, const typename F::Rows0& queries, const typename F::Rows1& dout,
                                         int buffer, int ahead, float scale, const RowValue<F::kM>& log_sum_exp,
                                         const RowValue<F::kM>& mean) {
  typename F::Scores p = {}, dp = {};
  multiply_rows<Bf16>(p, queries, F::columns(0, buffer));
  if (ahead < F::kColumns - 1) hide_later_keys<false>(p, ahead);
  multiply_rows<Bf16>(dp, dout, F::columns(1, buffer));
  score_gradients<F>(p, dp, scale, log_sum_exp, mean);
  multiply_weights<Bf16>(dq, dp, F::columns(0, buffer));
}

/// Gradients of one block of queries of one head, over all keys that it sees. The blocks with the most keys begin first.
template <typename F>
__global__ void __launch_bounds__(F::kThreads, 2) queries_kernel(daybreak_attention_backward a, RowValues values, int blocks) {
  HeadBlock at = head_block(a.heads, blocks);
  at.block = blocks - 1 - at.block;
  const int kv_head = at.head / static_cast<int>(a.heads / a.kv_heads);
  const auto k = head_rows<const uint16_t>(a.k, a, a.kv_stride, at.sequence, kv_head);
  const auto v = head_rows<const uint16_t>(a.v, a, a.kv_stride, at.sequence, kv_head);
  const int block_first = at.block * F::kRows, warp_row = static_cast<int>(threadIdx.x) / kWarpLanes * F::kWarpRows;
  const int first = block_first + warp_row, end = std::min(block_first + F::kRows, k.count);
  const auto copy_keys = [&](int buffer, int key) {
    copy_rows<F::kColumns, F::kThreads>(F::columns(0, buffer), k, key);
    copy_rows<F::kColumns, F::kThreads>(F::columns(1, buffer), v, key);
    copy_async_commit();
  };

  copy_rows<F::kRows, F::kThreads>(F::rows(0), head_rows<const uint16_t>(a.q, a, a.q_stride, at.sequence, at.head), block_first);
  copy_rows<F::kRows, F::kThreads>(F::rows(1), head_rows<const uint16_t>(a.out_gradient, a, a.out_stride, at.sequence, at.head),
                                   block_first);
  copy_keys(0, 0);
  const int64_t place = (at.sequence * a.heads + at.head) * values.padded + first;
  const RowValue<F::kM> log_sum_exp(values.log_sum_exp + place), mean(values.mean + place);
  copy_async_wait<0>();
  __syncthreads();
  const typename F::Rows0 queries{F::shared_rows(0, warp_row)};
  const typename F::Rows1 dout{F::shared_rows(1, warp_row)};
  typename F::Sums dq = {};
  for (int key = 0, buffer = 0; key < end; key += F::kColumns, buffer ^= 1) {
    if (key + F::kColumns < end) copy_keys(buffer ^ 1, key + F::kColumns);
    if (key < first + F::kWarpRows)  // else this warp sees none of them
      add_keys<F>(dq, queries, dout, buffer, first - key, a.scale * kLog2E, log_sum_exp, mean);
    copy_async_wait<0>();
    __syncthreads();
  }
  float factor[F::kM][2];
  fill(factor, a.scale);
  store_rows<Bf16>(dq, factor, F::rows(0), warp_row, head_rows<uint16_t>(a.q_gradient, a, a.q_stride, at.sequence, at.head), first);
}

template <int kWidth>
void launch_passes(cudaStream_t stream, const daybreak_attention_backward& a, const RowValues& values) {
  using Keys = Pass<kWidth, true>;
  using Queries = Pass<kWidth, false>;
  const int key_blocks = blocks_of(a.context, Keys::kRows), query_blocks = blocks_of(a.context, Queries::kRows);
  launch(keys_kernel<Keys>, head_grid(a.batch, a.kv_heads, key_blocks), Keys::kThreads, Keys::kSharedBytes, stream, a, values, key_blocks);
  launch(queries_kernel<Queries>, head_grid(a.batch, a.heads, query_blocks), Queries::kThreads, Queries::kSharedBytes, stream, a, values,
         query_blocks);
}

/// f16 is too coarse for the gradients of scores: their range is that of the loss's scale.
bool suits_passes(const daybreak_attention_backward& a) {
  return a.type == DAYBREAK_BF16 && a.gradient_type == DAYBREAK_BF16 && suits_tiles(a) &&
         aligned({a.q, a.k, a.v, a.out_gradient, a.q_gradient, a.k_gradient, a.v_gradient});
}

}  // namespace

void Operations::attention_backward(daybreak_device& device, daybreak_stream* stream, const daybreak_attention_backward& a) {
  require_row_major({a.layout, a.out_layout});
  if (a.batch == 0 || a.context == 0 || a.heads == 0) return;
  const cudaStream_t to = queue(device, stream);
  const bool passes = suits_passes(a);
  const RowValues values = row_values(device, stream, a, passes ? kLog2E : 1);
  if (!passes) return attention_backward_exact(to, a, values);
  if (a.head_width <= 64) return launch_passes<64>(to, a, values);
  launch_passes<128>(to, a, values);
}

}  // namespace daybreak::kernels::cuda
