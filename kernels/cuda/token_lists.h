#pragma once
// Where each token of a vocabulary stands in a batch.
#include <cstdint>

#include "kernels/cuda/cuda_device.h"

namespace daybreak::kernels::cuda {

/// In memory of the device: the places of token v are sorted[begin[v]] to sorted[begin[v + 1] - 1], in ascending order.
struct TokenLists {
  const uint32_t* begin;  // [vocabulary + 1]
  const uint32_t* sorted;
};

/// Queues the lists of token[tokens], in scratch memory of the stream; tokens outside the vocabulary are a late error and in no
/// list. The same bytes each time. Throws Refusal for 2^32 tokens or more, in the batch or the vocabulary.
TokenLists list_tokens(daybreak_device& device, daybreak_stream* stream, const uint32_t* token, int64_t tokens, int64_t vocabulary);

}  // namespace daybreak::kernels::cuda
