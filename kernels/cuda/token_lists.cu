// Where the lists begin is the sum of the tokens' counts before; their places are a radix sort, which keeps the order of
// equal tokens: digit by digit from the lowest on, the items of a tile find their places from the counts of the tiles before
// and from those of equal digits before them in their own. Nothing that is written depends on which thread came first.
#include "kernels/cuda/token_lists.h"

#include <algorithm>
#include <utility>

#include "kernels/cuda/launch.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kThreads = 256, kScanThreads = 1024, kDigitBits = 8, kDigits = 1 << kDigitBits;
static_assert(kThreads == kDigits, "a thread has an item and a digit");

/// Tokens outside the vocabulary come after all others.
__device__ __forceinline__ uint32_t digit_of(uint32_t token, int64_t vocabulary, int shift) {
  const uint32_t key = token < vocabulary ? token : static_cast<uint32_t>(vocabulary);
  return key >> shift & (kDigits - 1);
}

__global__ void __launch_bounds__(kThreads) count_kernel(const uint32_t* token, int64_t tokens, int64_t vocabulary, uint32_t* counts,
                                                         LateErrors* late) {
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t t = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; t < tokens; t += step) {
    if (token[t] < vocabulary)
      atomicAdd(counts + token[t], 1u);
    else
      late->token_outside = 1;
  }
}

/// before[i] = the sum of counts[0..i), for i up to `count`. One block, whose threads sum parts of them, then the parts'
/// sums, then their parts again.
__global__ void __launch_bounds__(kScanThreads) scan_kernel(int64_t count, const uint32_t* counts, uint32_t* before) {
  __shared__ uint32_t sums[kScanThreads];
  const int64_t each = (count + kScanThreads - 1) / kScanThreads;
  const int64_t first = min(threadIdx.x * each, count), last = min(first + each, count);
  uint32_t sum = 0;
  for (int64_t i = first; i < last; ++i) sum += counts[i];
  sums[threadIdx.x] = sum;
  for (unsigned distance = 1; distance < kScanThreads; distance *= 2) {
    __syncthreads();
    const uint32_t left = threadIdx.x >= distance ? sums[threadIdx.x - distance] : 0;
    __syncthreads();
    sums[threadIdx.x] += left;
  }
  uint32_t place = sums[threadIdx.x] - sum;
  for (int64_t i = first; i < last; ++i) {
    before[i] = place;
    place += counts[i];
  }
  if (threadIdx.x == kScanThreads - 1) before[count] = place;
}

/// What a pass sorts: items[tokens], places in the batch, or NULL for all of them in their order.
struct Pass {
  const uint32_t* token;
  const uint32_t* items;
  int64_t tokens, vocabulary;
  int shift;
};

/// The item of a thread, a tile a block.
__device__ __forceinline__ uint32_t item_of(const Pass& p, int64_t i) {
  return p.items ? p.items[i] : static_cast<uint32_t>(i);
}

/// counts[digit, tile]: how often a tile has a digit.
__global__ void __launch_bounds__(kThreads) digits_kernel(Pass p, uint32_t* counts) {
  __shared__ uint32_t of_digit[kDigits];
  of_digit[threadIdx.x] = 0;
  __syncthreads();
  const int64_t i = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x;
  if (i < p.tokens) atomicAdd(of_digit + digit_of(p.token[item_of(p, i)], p.vocabulary, p.shift), 1u);
  __syncthreads();
  counts[static_cast<int64_t>(threadIdx.x) * gridDim.x + blockIdx.x] = of_digit[threadIdx.x];
}

__global__ void __launch_bounds__(kThreads) place_kernel(Pass p, const uint32_t* before, uint32_t* sorted) {
  __shared__ uint32_t digits[kThreads];
  const int64_t i = static_cast<int64_t>(blockIdx.x) * kThreads + threadIdx.x;
  const bool inside = i < p.tokens;
  const uint32_t item = inside ? item_of(p, i) : 0, digit = inside ? digit_of(p.token[item], p.vocabulary, p.shift) : kDigits;
  digits[threadIdx.x] = digit;
  __syncthreads();
  if (!inside) return;
  uint32_t place = before[static_cast<int64_t>(digit) * gridDim.x + blockIdx.x];
  for (unsigned other = 0; other < threadIdx.x; ++other) place += digits[other] == digit ? 1 : 0;
  sorted[place] = item;
}

}  // namespace

TokenLists list_tokens(daybreak_device& device, daybreak_stream* stream, const uint32_t* token, int64_t tokens, int64_t vocabulary) {
  if (tokens >= int64_t{1} << 32) throw Refusal{DAYBREAK_UNSUPPORTED, "2^32 tokens or more at once"};
  if (vocabulary >= int64_t{1} << 32) throw Refusal{DAYBREAK_UNSUPPORTED, "a vocabulary of 2^32 tokens or more"};
  const cudaStream_t to = queue(device, stream);
  const int64_t tiles = (tokens + kThreads - 1) / kThreads, tile_counts = tiles * kDigits;
  const auto words = [](int64_t count) { return sizeof(uint32_t) * static_cast<std::size_t>(count); };
  Parts parts;
  const std::size_t counts_at = parts.add(words(std::max(vocabulary, tile_counts))), begin_at = parts.add(words(vocabulary + 1));
  const std::size_t before_at = parts.add(words(tile_counts + 1)), items_at = parts.add(words(tokens)), other_at = parts.add(words(tokens));
  void* const memory = scratch(device, stream, parts.bytes());
  const auto at = [&](std::size_t place) { return Parts::at<uint32_t>(memory, place); };
  require(cudaMemsetAsync(at(counts_at), 0, words(vocabulary), to), "lists of tokens");
  launch(count_kernel, blocks_for(device, tokens, kThreads), kThreads, 0, to, token, tokens, vocabulary, at(counts_at),
         late_errors(device));
  launch(scan_kernel, 1, kScanThreads, 0, to, vocabulary, at(counts_at), at(begin_at));
  Pass pass{token, nullptr, tokens, vocabulary, 0};
  uint32_t *sorted = at(items_at), *next = at(other_at);
  for (; pass.shift == 0 || vocabulary >> pass.shift != 0; pass.shift += kDigitBits) {
    launch(digits_kernel, static_cast<unsigned>(tiles), kThreads, 0, to, pass, at(counts_at));
    launch(scan_kernel, 1, kScanThreads, 0, to, tile_counts, at(counts_at), at(before_at));
    launch(place_kernel, static_cast<unsigned>(tiles), kThreads, 0, to, pass, at(before_at), next);
    pass.items = next;
    std::swap(sorted, next);
  }
  return {at(begin_at), sorted};
}

}  // namespace daybreak::kernels::cuda
