#pragma once
// How blocks walk over matrices, and sums over the threads of a block.
#include <algorithm>
#include <cstdint>
#include <type_traits>

#include "kernels/cuda/cuda_device.h"
#include "kernels/cuda/element.h"

namespace daybreak::kernels::cuda {

constexpr int kWarp = 32;

// --- by columns: a thread stays in its columns and walks down the rows -----------------------------------------------

constexpr int kTileThreads = 256;
inline const dim3 kTileBlock(kWarp, kTileThreads / kWarp);

/// Where a thread of a block of kTileBlock begins, kCount columns wide, and how it goes on.
struct Tile {
  int64_t column, row, row_step;
  bool inside;
};

template <int kCount>
__device__ __forceinline__ Tile tile_of(int64_t width) {
  const int64_t column = (static_cast<int64_t>(blockIdx.x) * kWarp + threadIdx.x) * kCount;
  return {column, static_cast<int64_t>(blockIdx.y) * blockDim.y + threadIdx.y, static_cast<int64_t>(gridDim.y) * blockDim.y,
          column < width};
}

/// Blocks for a matrix whose threads take kCount columns each.
template <int kCount>
dim3 tiles_for(const daybreak_device& device, int64_t rows, int64_t width) {
  constexpr int64_t kColumns = kWarp * kCount, kRows = kTileThreads / kWarp, kRowsEach = 4, kMostOfGrid = 65535;
  const int64_t across = (width + kColumns - 1) / kColumns;
  const int64_t down = std::min<int64_t>(blocks_for(device, rows, kRows * kRowsEach), kMostOfGrid);
  return dim3(static_cast<unsigned>(across), static_cast<unsigned>(down));
}

/// Calls use(count) with kGroup as a constant where elements may be moved in groups, else with 1.
template <bool kMayGroup, typename Use>
void with_count(bool groups, Use use) {
  if constexpr (kMayGroup)
    if (groups) return use(std::integral_constant<int, kGroup>{});
  use(std::integral_constant<int, 1>{});
}

// --- by rows: the threads of a block share a row -----------------------------------------------------------------------

/// Calls body(i, count) for elements [begin, end), shared out to the block's threads: groups of kGroup that begin at
/// multiples of it, where `groups`, and single elements before, after and elsewhere; count is a constant.
template <bool kMayGroup, typename Body>
__device__ __forceinline__ void for_row(int64_t begin, int64_t end, bool groups, Body body) {
  constexpr std::integral_constant<int, 1> kOne;
  if constexpr (kMayGroup) {
    if (groups) {
      constexpr std::integral_constant<int, kGroup> kMany;
      const int64_t first = min((begin + kGroup - 1) / kGroup * kGroup, end), last = first + (end - first) / kGroup * kGroup;
      if (begin + threadIdx.x < first) body(begin + threadIdx.x, kOne);
      for (int64_t i = first + static_cast<int64_t>(threadIdx.x) * kGroup; i < last; i += static_cast<int64_t>(blockDim.x) * kGroup)
        body(i, kMany);
      if (last + threadIdx.x < end) body(last + threadIdx.x, kOne);
      return;
    }
  }
  for (int64_t i = begin + threadIdx.x; i < end; i += blockDim.x) body(i, kOne);
}

/// Threads for rows of `width` elements: whole warps, a group each, up to `most`.
inline unsigned threads_for_row(int64_t width, int64_t most) {
  const int64_t wanted = (width + kGroup * kWarp - 1) / (kGroup * kWarp) * kWarp;
  return static_cast<unsigned>(std::clamp<int64_t>(wanted, kWarp, most));
}

// --- sums ------------------------------------------------------------------------------------------------------------

/// The value of the lane whose number differs in the bit `distance`, of a type that has no shuffle of its own too.
__device__ __forceinline__ float from_lane(float value, int distance) {
  return __shfl_xor_sync(0xffffffff, value, distance);
}
__device__ __forceinline__ float2 from_lane(float2 value, int distance) {
  return make_float2(from_lane(value.x, distance), from_lane(value.y, distance));
}

/// combine() of all threads' values, in every thread, in an order that is always the same. `shared`: an element a warp,
/// which no thread uses any more. All threads of the block call it; blockDim is whole warps along x.
template <typename T, typename Combine>
__device__ __forceinline__ T over_block(T value, T* shared, Combine combine) {
  for (int distance = kWarp / 2; distance > 0; distance /= 2) value = combine(value, from_lane(value, distance));
  const int warp = threadIdx.x / kWarp, warps = blockDim.x / kWarp;
  if (threadIdx.x % kWarp == 0) shared[warp] = value;
  __syncthreads();
  value = shared[0];
  for (int i = 1; i < warps; ++i) value = combine(value, shared[i]);
  __syncthreads();
  return value;
}

struct Add {
  __device__ float operator()(float a, float b) const { return a + b; }
  __device__ float2 operator()(float2 a, float2 b) const { return make_float2(a.x + b.x, a.y + b.y); }
};

}  // namespace daybreak::kernels::cuda
