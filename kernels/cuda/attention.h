#pragma once
// What all ways to compute attention share: where the rows of a head lie, and which block of which head is whose.
#include <cstdint>
#include <limits>

#include "kernels/cuda/cuda_device.h"
#include "kernels/device.h"

namespace daybreak::kernels::cuda {

constexpr float kLog2E = 1.4426950408889634f, kLn2 = 0.6931471805599453f;

/// The head of a sequence and the block of its rows that a block of threads works on. The blocks of a head are
/// neighbors, so that what they share stays in the second cache.
struct HeadBlock {
  int sequence, head, block;
};

/// The HeadBlock of this block of threads where each of `heads` heads of a sequence has `blocks` blocks.
__device__ inline HeadBlock head_block(int64_t all_heads, int blocks) {
  const int block = static_cast<int>(blockIdx.x), heads = static_cast<int>(all_heads);
  return {block / blocks / heads, block / blocks % heads, block % blocks};
}

/// How many blocks of `rows` rows a sequence has.
inline int blocks_of(int64_t context, int rows) {
  constexpr int64_t kMostRows = int64_t{1} << 30;  // kernels count the rows of a sequence in 32 bits
  if (context > kMostRows) throw Refusal{DAYBREAK_UNSUPPORTED, "attention takes sequences of at most 2^30 rows"};
  return static_cast<int>((context + rows - 1) / rows);
}

/// A grid of `blocks` blocks for each of `heads` heads of each sequence.
inline unsigned head_grid(int64_t batch, int64_t heads, int64_t blocks) {
  const double all = static_cast<double>(batch) * static_cast<double>(heads) * static_cast<double>(blocks);
  if (all > std::numeric_limits<int32_t>::max()) throw Refusal{DAYBREAK_UNSUPPORTED, "attention of more than 2^31 blocks at once"};
  return static_cast<unsigned>(batch * heads * blocks);
}

/// What the backward pass knows of each query, [batch, heads, padded] each: log_sum_exp times a factor (inf in rows that
/// do not exist, whose probabilities are then 0), and the mean of the probabilities' gradients, out_gradient . out.
struct RowValues {
  float *log_sum_exp, *mean;
  int64_t padded;  // context, rounded up to a multiple of kRowPadding
};
constexpr int kRowPadding = 128;  // rows of the largest block

// The exact way: float32 throughout, any types, head widths up to 256. They throw Refusal and DeviceError.
void attention_forward_exact(cudaStream_t, const daybreak_attention&);
/// The factor of log_sum_exp is 1.
void attention_backward_exact(cudaStream_t, const daybreak_attention_backward&, const RowValues&);

}  // namespace daybreak::kernels::cuda
