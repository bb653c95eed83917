#pragma once
// The parts of attention in float32: tiles of rows in shared memory, whatever their type in memory, and the two kinds of
// products of blocks of rows.
//
// A block of kExactThreads threads is a grid of 8 x 16: thread (y, x) owns rows y * kR to y * kR + kR - 1, and of scores
// columns x, x + 16, ..., of sums the four columns from 4 x on in each 64. Rows of tiles are padded by 4 floats: threads
// that read the same four columns of neighboring rows find them in different banks.
#include <cstdint>

#include "kernels/cuda/attention.h"
#include "kernels/cuda/element.h"
#include "kernels/cuda/launch.h"

namespace daybreak::kernels::cuda {

constexpr int kExactThreads = 128, kExactX = 16, kExactY = kExactThreads / kExactX;

/// Where a thread stands.
struct ExactThread {
  int x = static_cast<int>(threadIdx.x) % kExactX, y = static_cast<int>(threadIdx.x) / kExactX;
};

/// Sizes of blocks: heads of at most kHeadWidth, kRowsEach rows and kColumnsEach columns of scores a thread.
template <int kHeadWidth, int kRowsEach, int kColumnsEach>
struct Exact {
  static constexpr int kWidth = kHeadWidth, kR = kRowsEach, kC = kColumnsEach;
  static constexpr int kRows = kExactY * kR, kColumns = kExactX * kC, kQuads = kWidth / 64;
  static constexpr int kPitch = kWidth + 4, kScorePitch = kColumns + 4;
  static constexpr int kRowFloats = kRows * kPitch, kColumnFloats = kColumns * kPitch, kScoreFloats = kRows * kScorePitch;
  using Scores = float[kR][kC];
  using Sums = float[kR][kQuads][4];
};

/// Rows of one head in a matrix of any type.
struct AnyRows {
  Any matrix;
  int64_t first, stride;  // element 0 of row 0; rows lie `stride` elements apart
  int count, width;
  bool groups;  // whether its rows are whole groups, aligned
};

/// A matrix of an operation's arguments, of which each head's rows are cut.
struct AnyMatrix {
  Any matrix;
  int64_t stride;
  bool groups;

  AnyMatrix(const void* data, daybreak_dtype type, int64_t row_stride, int64_t head_width)
      : matrix(any(data, type)), stride(row_stride),
        groups(aligned({data}) && row_stride % kGroup == 0 && head_width % kGroup == 0) {}
  template <typename Arguments>
  __device__ AnyRows rows(const Arguments& a, int sequence, int head) const {
    return {matrix, sequence * a.context * stride + head * a.head_width, stride, static_cast<int>(a.context),
            static_cast<int>(a.head_width), groups};
  }
};

/// tile[kTileRows, kWidth] = rows [first, first + kTileRows) as float32; 0 where the head has no such row or column. All of the
/// block's threads together.
template <int kTileRows, int kWidth>
__device__ __forceinline__ void load_tile(float* tile, const AnyRows& rows, int first) {
  constexpr int kPitch = kWidth + 4, kGroups = kWidth / kGroup;
  rows.matrix.with([&](auto* typed) {
    const Typed<std::remove_pointer_t<decltype(typed)>> matrix{typed};
    for (int i = static_cast<int>(threadIdx.x); i < kTileRows * kGroups; i += kExactThreads) {
      const int row = i / kGroups, column = i % kGroups * kGroup;
      const int64_t place = rows.first + (first + row) * rows.stride + column;
      float values[kGroup] = {};
      const int count = first + row < rows.count ? rows.width - column : 0;
      if (rows.groups && count >= kGroup) matrix.get_group(place, values);
      else
        for (int j = 0; j < kGroup; ++j)
          if (j < count) values[j] = matrix.get(place + j);
      for (int j = 0; j < kGroup; ++j) tile[row * kPitch + column + j] = values[j];
    }
  });
}

__device__ __forceinline__ float4 four(const float* p) { return *reinterpret_cast<const float4*>(p); }

/// scores[row][column] = rows[row] . columns[column] over `width` columns of two tiles, rounded up to a multiple of 4.
template <typename E>
__device__ __forceinline__ void multiply_rows(typename E::Scores& scores, const float* rows, const float* columns, int width) {
  const ExactThread thread;
#pragma unroll
  for (int r = 0; r < E::kR; ++r)
#pragma unroll
    for (int c = 0; c < E::kC; ++c) scores[r][c] = 0;
  for (int d = 0; d < width; d += 4) {
    float4 b[E::kC];
#pragma unroll
    for (int c = 0; c < E::kC; ++c) b[c] = four(columns + (thread.x + kExactX * c) * E::kPitch + d);
#pragma unroll
    for (int r = 0; r < E::kR; ++r) {
      const float4 a = four(rows + (thread.y * E::kR + r) * E::kPitch + d);
#pragma unroll
      for (int c = 0; c < E::kC; ++c)
        scores[r][c] = fmaf(a.w, b[c].w, fmaf(a.z, b[c].z, fmaf(a.y, b[c].y, fmaf(a.x, b[c].x, scores[r][c]))));
    }
  }
}

/// Puts a thread's scores where multiply_weights reads them: threads of one y, which are of one warp, read what they wrote.
template <typename E>
__device__ __forceinline__ void put_scores(float* to, const typename E::Scores& scores) {
  const ExactThread thread;
#pragma unroll
  for (int r = 0; r < E::kR; ++r)
#pragma unroll
    for (int c = 0; c < E::kC; ++c) to[(thread.y * E::kR + r) * E::kScorePitch + thread.x + kExactX * c] = scores[r][c];
}

/// sums[rows, kWidth] += weights[rows, kColumns] times the tile rows[kColumns, kWidth].
template <typename E>
__device__ __forceinline__ void multiply_weights(typename E::Sums& sums, const float* weights, const float* tile) {
  const ExactThread thread;
  for (int column = 0; column < E::kColumns; column += 4) {
    float w[E::kR][4];
#pragma unroll
    for (int r = 0; r < E::kR; ++r)
      *reinterpret_cast<float4*>(w[r]) = four(weights + (thread.y * E::kR + r) * E::kScorePitch + column);
#pragma unroll
    for (int i = 0; i < 4; ++i)
#pragma unroll
      for (int q = 0; q < E::kQuads; ++q) {
        const float4 b = four(tile + (column + i) * E::kPitch + 64 * q + 4 * thread.x);
#pragma unroll
        for (int r = 0; r < E::kR; ++r) {
          sums[r][q][0] = fmaf(w[r][i], b.x, sums[r][q][0]);
          sums[r][q][1] = fmaf(w[r][i], b.y, sums[r][q][1]);
          sums[r][q][2] = fmaf(w[r][i], b.z, sums[r][q][2]);
          sums[r][q][3] = fmaf(w[r][i], b.w, sums[r][q][3]);
        }
      }
  }
}

/// Rows from `first` on become a thread's sums times the factor of their row.
template <typename E>
__device__ __forceinline__ void store_sums(const typename E::Sums& sums, const float (&factor)[E::kR], const AnyRows& rows, int first) {
  const ExactThread thread;
  rows.matrix.with([&](auto* typed) {
#pragma unroll
    for (int r = 0; r < E::kR; ++r) {
      const int row = first + thread.y * E::kR + r;
      if (row >= rows.count) break;
#pragma unroll
      for (int q = 0; q < E::kQuads; ++q)
#pragma unroll
        for (int i = 0; i < 4; ++i) {
          const int column = 64 * q + 4 * thread.x + i;
          if (column < rows.width) store(typed + rows.first + row * rows.stride + column, sums[r][q][i] * factor[r]);
        }
    }
  });
}

/// Throws Refusal for head widths beyond what the blocks are made for.
inline void require_exact_width(int64_t head_width) {
  constexpr int64_t kWidest = 256;
  if (head_width > kWidest) throw Refusal{DAYBREAK_UNSUPPORTED, "attention takes heads of at most 256 columns"};
}

}  // namespace daybreak::kernels::cuda
