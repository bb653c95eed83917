// A counting sort: tokens are counted, the counts summed up to where each list begins, places put into the lists as they
// come, which chance orders, and each list brought into its order by counting how many of it come before.
#include "kernels/cuda/token_lists.h"

#include "kernels/cuda/launch.h"
#include "kernels/cuda/rows.h"

namespace daybreak::kernels::cuda {
namespace {

constexpr int kThreads = 256, kScanThreads = 1024;

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

/// begin[v] = the sum of counts before v, for v up to `vocabulary`; the counts become the same, for fill_kernel to raise. One
/// block, whose threads sum parts of the vocabulary, then the parts' sums, then their parts again.
__global__ void __launch_bounds__(kScanThreads) scan_kernel(int64_t vocabulary, uint32_t* counts, uint32_t* begin) {
  __shared__ uint32_t sums[kScanThreads];
  const int64_t each = (vocabulary + kScanThreads - 1) / kScanThreads;
  const int64_t first = min(threadIdx.x * each, vocabulary), last = min(first + each, vocabulary);
  uint32_t sum = 0;
  for (int64_t v = first; v < last; ++v) sum += counts[v];
  sums[threadIdx.x] = sum;
  for (unsigned distance = 1; distance < kScanThreads; distance *= 2) {
    __syncthreads();
    const uint32_t before = threadIdx.x >= distance ? sums[threadIdx.x - distance] : 0;
    __syncthreads();
    sums[threadIdx.x] += before;
  }
  uint32_t place = sums[threadIdx.x] - sum;
  for (int64_t v = first; v < last; ++v) {
    const uint32_t count = counts[v];
    begin[v] = counts[v] = place;
    place += count;
  }
  if (threadIdx.x == kScanThreads - 1) begin[vocabulary] = place;
}

__global__ void __launch_bounds__(kThreads) fill_kernel(const uint32_t* token, int64_t tokens, int64_t vocabulary, uint32_t* next,
                                                        uint32_t* list) {
  const int64_t step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t t = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; t < tokens; t += step)
    if (token[t] < vocabulary) list[atomicAdd(next + token[t], 1u)] = static_cast<uint32_t>(t);
}

__global__ void __launch_bounds__(kThreads) order_kernel(const uint32_t* token, int64_t vocabulary, const uint32_t* begin,
                                                         const uint32_t* list, uint32_t* sorted) {
  const int64_t listed = begin[vocabulary], step = static_cast<int64_t>(gridDim.x) * blockDim.x;
  for (int64_t i = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < listed; i += step) {
    const uint32_t t = list[i], first = begin[token[t]], last = begin[token[t] + 1];
    uint32_t before = 0;
    for (uint32_t other = first; other < last; ++other) before += list[other] < t ? 1 : 0;
    sorted[first + before] = t;
  }
}

}  // namespace

TokenLists list_tokens(daybreak_device& device, daybreak_stream* stream, const uint32_t* token, int64_t tokens, int64_t vocabulary) {
  if (tokens >= int64_t{1} << 32) throw Refusal{DAYBREAK_UNSUPPORTED, "2^32 tokens or more at once"};
  const cudaStream_t to = queue(device, stream);
  Parts parts;
  const std::size_t counts_bytes = sizeof(uint32_t) * static_cast<std::size_t>(vocabulary);
  const std::size_t counts_at = parts.add(counts_bytes), begin_at = parts.add(counts_bytes + sizeof(uint32_t));
  const std::size_t list_at = parts.add(sizeof(uint32_t) * static_cast<std::size_t>(tokens));
  const std::size_t sorted_at = parts.add(sizeof(uint32_t) * static_cast<std::size_t>(tokens));
  void* const memory = scratch(device, stream, parts.bytes());
  auto* const counts = Parts::at<uint32_t>(memory, counts_at);
  auto* const begin = Parts::at<uint32_t>(memory, begin_at);
  auto* const list = Parts::at<uint32_t>(memory, list_at);
  auto* const sorted = Parts::at<uint32_t>(memory, sorted_at);
  const unsigned blocks = blocks_for(device, tokens, kThreads);
  require(cudaMemsetAsync(counts, 0, counts_bytes, to), "lists of tokens");
  launch(count_kernel, blocks, kThreads, 0, to, token, tokens, vocabulary, counts, late_errors(device));
  launch(scan_kernel, 1, kScanThreads, 0, to, vocabulary, counts, begin);
  launch(fill_kernel, blocks, kThreads, 0, to, token, tokens, vocabulary, counts, list);
  launch(order_kernel, blocks, kThreads, 0, to, token, vocabulary, begin, list, sorted);
  return {begin, sorted};
}

}  // namespace daybreak::kernels::cuda
