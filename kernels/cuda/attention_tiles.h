#pragma once
// The parts of attention on tensor cores: tiles of 16-bit rows in shared memory, fragments of them, and the two kinds of
// products: rows times the transpose of rows (scores), and scores times rows.
//
// A tile's rows are kWidth elements, chunks of 16 bytes, without padding. Chunk c of row r lies at place c ^ (r % 8): the
// eight rows that one phase of ldmatrix reads at the same chunk, and the eight rows times four lanes that write a
// fragment, fall into all 32 banks.
//
// What bounds it, in clocks of a multiprocessor for one block of a warp's scores. A product m16n8k16 is 2048 multiplications
// and takes 2 clocks on compute capability 8.0 and 1 on 9.0 (NVIDIA's A100 and H100 whitepapers: 1024 and 2048 a clock, the
// latter for wgmma, which mma.sync does not reach); ldmatrix.x4 takes 4 (128 bytes a clock), 16 exponentials take 1. What is
// as long as the products or longer is in the way; the other warps of a multiprocessor, 8 in all, fill the gaps.
//
//   pass      columns   scores    products: 8.0, 9.0   ldmatrix   exponentials
//   forward        64   32 x 64         256, 128           128            128
//   forward       128   32 x 32         256, 128           192             64
//   keys           64   32 x 32         256, 128           192             64
//   queries        64   32 x 32         192,  96           128             64
//   keys          128   16 x 32         256, 128           320             32
//   queries       128   16 x 32         192,  96           192             32
//
// So compute capability 8.0 is bound by products but in the backward pass of wide heads (7/8 of them). On 9.0 shared
// memory leaves at most all and 2/3 of wgmma's rate in the forward pass of heads of 64 and 128 columns, and 7/10 and 7/16 in the
// backward pass, of which 5/7 are not done twice.
#include <cuda_fp16.h>

#include <cstdint>
#include <limits>

#include "kernels/cuda/attention.h"
#include "kernels/cuda/launch.h"
#include "kernels/cuda/tensor_core.h"

namespace daybreak::kernels::cuda {

constexpr int kChunk = 8;  // elements of 16 bits
constexpr int kWarpLanes = 32;
constexpr unsigned kAllLanes = 0xffffffffu;

/// Rows of one head in a matrix: `width` elements from `place` on in each of `count` rows that lie `stride` elements apart.
/// Heads of keys and values have one place.
template <typename Element>
struct HeadRows {
  Element* matrix;
  int64_t place;
  int stride, count, width;
};

/// The rows of head `head` of sequence `sequence` in a matrix of an operation's arguments.
template <typename Element, typename Pointer, typename Arguments>
__device__ inline HeadRows<Element> head_rows(Pointer matrix, const Arguments& a, int64_t stride, int sequence, int head) {
  return {static_cast<Element*>(matrix), sequence * a.context * stride + head * a.head_width, static_cast<int>(stride),
          static_cast<int>(a.context), static_cast<int>(a.head_width)};
}

/// A row of a tile and one of the first two chunks, as one lane has them for ldmatrix: from there it reaches even numbers of
/// chunks and multiples of 8 rows further by one operation and a constant.
template <int kWidth>
struct LanePlace {
  int first;
  __device__ __forceinline__ uint16_t* at(int rows, int chunks) const {
    return dynamic_shared<uint16_t>() + ((first ^ chunks * kChunk) + rows * kWidth);
  }
};

/// Begins `first` elements into the block's dynamic shared memory, a multiple of kWidth. An offset in place of a pointer
/// keeps addresses in 32 bits.
template <int kWidth>
struct Tile {
  int first;
  __device__ __forceinline__ LanePlace<kWidth> place(int row, int chunk) const {
    return {first + row * kWidth + (chunk ^ (row & 7)) * kChunk};
  }
  __device__ __forceinline__ uint16_t* chunk(int row, int chunk) const { return place(row, chunk).at(0, 0); }
};

/// Begins to copy rows [first, first + kRows) of a head into a tile, all of the block's kThreads threads together. 0 where
/// the head has no such row or column.
template <int kRows, int kThreads, int kWidth>
__device__ __forceinline__ void copy_rows(Tile<kWidth> tile, const HeadRows<const uint16_t>& rows, int first) {
  constexpr int kChunks = kWidth / kChunk, kStep = kThreads / kChunks;
  static_assert(kRows % kStep == 0 && kStep % 8 == 0);
  const int row = static_cast<int>(threadIdx.x) / kChunks, chunk = static_cast<int>(threadIdx.x) % kChunks;
  uint16_t* const to = tile.chunk(row, chunk);
  const int end = chunk * kChunk < rows.width ? rows.count - first - row : 0;
  int64_t from = rows.place + int64_t{first + row} * rows.stride + chunk * kChunk;
#pragma unroll
  for (int i = 0; i < kRows; i += kStep, from += int64_t{kStep} * rows.stride)
    copy_async_16(to + i * kWidth, rows.matrix + (i < end ? from : 0), i < end);
}

__device__ __forceinline__ int lane_index() { return static_cast<int>(threadIdx.x) % kWarpLanes; }

/// What a lane holds of fragments: rows `group` and `group` + 8, columns 2 * `pair` and the next.
struct Lane {
  int index = lane_index();
  int group = index / 4, pair = index % 4;
};

/// Left operands for 16 kM rows and 16 columns.
template <int kM>
struct LeftFragments {
  uint32_t at[kM][4];
};

/// The rows [row, row + 16 kM) of a tile as left operand, read again for each product.
template <int kWidth, int kM>
struct SharedRows {
  LanePlace<kWidth> place;
  __device__ __forceinline__ SharedRows(Tile<kWidth> tile, int row)
      : place(tile.place(row + lane_index() % 16, lane_index() / 16)) {}
  __device__ __forceinline__ LeftFragments<kM> columns(int step) const {
    LeftFragments<kM> fragments;
#pragma unroll
    for (int m = 0; m < kM; ++m) ldmatrix_x4(fragments.at[m], place.at(16 * m, 2 * step));
    return fragments;
  }
};

/// The same in registers.
template <int kWidth, int kM>
struct KeptRows {
  LeftFragments<kM> at[kWidth / 16];
  __device__ __forceinline__ KeptRows(const SharedRows<kWidth, kM>& rows) {
#pragma unroll
    for (int step = 0; step < kWidth / 16; ++step) at[step] = rows.columns(step);
  }
  __device__ __forceinline__ const LeftFragments<kM>& columns(int step) const { return at[step]; }
};

/// sums[16 kM, 8 kN] += left times the transpose of the tile's first 8 kN rows.
template <typename Format, int kWidth, int kM, int kN, typename Left>
__device__ __forceinline__ void multiply_rows(float (&sums)[kM][kN][4], const Left& left, Tile<kWidth> tile) {
  const int lane = lane_index();
  const LanePlace<kWidth> place = tile.place(lane % 8 + lane / 16 * 8, lane / 8 % 2);
#pragma unroll
  for (int step = 0; step < kWidth / 16; ++step) {
    const LeftFragments<kM> a = left.columns(step);
#pragma unroll
    for (int n = 0; n < kN; n += 2) {
      uint32_t b[4];  // of rows 8n to 8n + 7, both halves of the columns; then of the next 8 rows
      ldmatrix_x4(b, place.at(8 * n, 2 * step));
#pragma unroll
      for (int m = 0; m < kM; ++m) {
        mma_m16n8k16(sums[m][n], a.at[m], {b[0], b[1]}, Format{});
        mma_m16n8k16(sums[m][n + 1], a.at[m], {b[2], b[3]}, Format{});
      }
    }
  }
}

/// The scores of keys that come after their query become -inf, whatever they were. kRowsAreKeys: else the columns are.
/// `ahead`: the first query of these scores less the first key.
template <bool kRowsAreKeys, int kM, int kN>
__device__ __forceinline__ void hide_later_keys(float (&scores)[kM][kN][4], int ahead) {
  const Lane lane;
  const int row_ahead = kRowsAreKeys ? lane.group - 2 * lane.pair - ahead : 2 * lane.pair - lane.group - ahead;
#pragma unroll
  for (int m = 0; m < kM; ++m)
#pragma unroll
    for (int n = 0; n < kN; ++n)
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int row = 16 * m + i / 2 * 8, column = 8 * n + i % 2;
        if (row_ahead > (kRowsAreKeys ? column - row : row - column)) scores[m][n][i] = -INFINITY;
      }
}

/// Two float32 as one operand register and, where the format is too coarse, a second one that holds the rest.
struct PairParts {
  uint32_t high, low;
};
__device__ __forceinline__ PairParts parts(float first, float second, Bf16) { return {pack_pair(first, second, Bf16{}), 0}; }
__device__ __forceinline__ PairParts parts(float first, float second, F16) {
  const uint32_t high = pack_pair(first, second, F16{});
  const float first_rest = first - __half2float(__ushort_as_half(static_cast<unsigned short>(high & 0xffffu)));
  const float second_rest = second - __half2float(__ushort_as_half(static_cast<unsigned short>(high >> 16)));
  return {high, pack_pair(first_rest, second_rest, F16{})};
}

/// Columns [8n, 8n + 16) of accumulators as left operands: the accumulators of two products side by side lie in a warp's
/// registers as the left operand of the next product does.
template <typename Format, int kM, int kN>
__device__ __forceinline__ void weight_fragments(const float (&weights)[kM][kN][4], int n, LeftFragments<kM>& high,
                                                 LeftFragments<kM>& low) {
#pragma unroll
  for (int m = 0; m < kM; ++m)
#pragma unroll
    for (int i = 0; i < 4; ++i) {
      const float(&w)[4] = weights[m][n + i / 2];
      const PairParts pair = parts(w[i % 2 * 2], w[i % 2 * 2 + 1], Format{});
      high.at[m][i] = pair.high;
      low.at[m][i] = pair.low;
    }
}

/// sums[16 kM, kWidth] += weights[16 kM, 8 kN] times the tile's first 8 kN rows. Weights are rounded to bf16, or held by
/// two numbers of f16, which is 22 bits of them where they lie within f16's range.
template <typename Format, int kWidth, int kM, int kN>
__device__ __forceinline__ void multiply_weights(float (&sums)[kM][kWidth / 8][4], const float (&weights)[kM][kN][4],
                                                 Tile<kWidth> tile) {
  constexpr bool kTwoParts = Format::kMantissaBits == F16::kMantissaBits;
  const LanePlace<kWidth> place = tile.place(lane_index() % 16, lane_index() / 16);
#pragma unroll
  for (int n = 0; n < kN; n += 2) {
    LeftFragments<kM> high, low;
    weight_fragments<Format>(weights, n, high, low);
#pragma unroll
    for (int column = 0; column < kWidth / 8; column += 2) {
      uint32_t b[4];  // of the first 8 columns, both halves of the rows; then of the next 8 columns
      ldmatrix_x4_transposed(b, place.at(8 * n, column));
#pragma unroll
      for (int m = 0; m < kM; ++m) {
        mma_m16n8k16(sums[m][column], high.at[m], {b[0], b[1]}, Format{});
        mma_m16n8k16(sums[m][column + 1], high.at[m], {b[2], b[3]}, Format{});
        if constexpr (kTwoParts) {
          mma_m16n8k16(sums[m][column], low.at[m], {b[0], b[1]}, Format{});
          mma_m16n8k16(sums[m][column + 1], low.at[m], {b[2], b[3]}, Format{});
        }
      }
    }
  }
}

/// Rows [first, first + 16 kM) of a head become sums times the factor of their row, from the fragments of one warp. They
/// pass through the warp's own rows of a tile, from `row` on, so that memory sees whole chunks.
template <typename Format, int kWidth, int kM>
__device__ __forceinline__ void store_rows(const float (&sums)[kM][kWidth / 8][4], const float (&factor)[kM][2],
                                           Tile<kWidth> tile, int row, const HeadRows<uint16_t>& rows, int first) {
  constexpr int kChunks = kWidth / kChunk;
  const Lane lane;
  __syncwarp();
#pragma unroll
  for (int m = 0; m < kM; ++m)
#pragma unroll
    for (int n = 0; n < kChunks; ++n)
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        uint16_t* const chunk = tile.chunk(row + 16 * m + 8 * half + lane.group, n);
        reinterpret_cast<uint32_t*>(chunk)[lane.pair] =
            pack_pair(sums[m][n][2 * half] * factor[m][half], sums[m][n][2 * half + 1] * factor[m][half], Format{});
      }
  __syncwarp();
#pragma unroll
  for (int i = lane.index; i < 16 * kM * kChunks; i += kWarpLanes) {
    const int r = i / kChunks, chunk = i % kChunks;
    if (first + r < rows.count && chunk * kChunk < rows.width)
      *reinterpret_cast<uint4*>(rows.matrix + rows.place + int64_t{first + r} * rows.stride + chunk * kChunk) =
          *reinterpret_cast<const uint4*>(tile.chunk(row + r, chunk));
  }
}

/// Whether the arguments suit tiles: 16-bit operands of one type and whole chunks throughout. `scale` is positive, so that
/// it keeps the order of scores.
template <typename Arguments>
bool suits_tiles(const Arguments& a) {
  constexpr int64_t kWidest = 128;
  const auto suits = [](int64_t stride) { return stride % kChunk == 0 && stride <= std::numeric_limits<int32_t>::max(); };
  return (a.type == DAYBREAK_BF16 || a.type == DAYBREAK_F16) && a.out_type == a.type && a.scale > 0 && a.head_width > 0 &&
         a.head_width <= kWidest && a.head_width % kChunk == 0 && suits(a.q_stride) && suits(a.kv_stride) && suits(a.out_stride);
}

}  // namespace daybreak::kernels::cuda
