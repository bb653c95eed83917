#pragma once
// Are all tokens of a stream within a model's vocabulary? Asked once before a run, not when a batch happens to meet
// one.
#include <cstdint>

#include "libcore/base/log.h"
#include "libcore/base/stop.h"
#include "libcore/training/token_source.h"

namespace daybreak::training {

/// Reads the range once on `threads` threads. Throws Error (data: the first token outside, its position in the stream,
/// the vocabulary's size), the same for every number of threads; Interrupted on request. Costs nothing where the type
/// of the tokens alone holds no such token.
void check_vocabulary(const TokenSource& source, TokenRange range, std::uint64_t vocabulary, std::int64_t threads,
                      const StopToken& stop, ProgressSink& progress);

}  // namespace daybreak::training
