#pragma once
// What compress() would make of arrays, foretold by a few chunks of each.
#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/dataset/compress.h"
#include "libcore/dataset/loss.h"

namespace daybreak::dataset {

struct ArrayForecast {
  std::uint64_t output_bytes = 0;           // of its chunks
  std::optional<std::uint64_t> decode_ns;   // of one thread; nothing of lossy frames, which no model speaks of
  std::uint64_t chunks = 0;                 // that were encoded
  std::optional<ArrayIntegrity> loss;       // of those, where they would lose
};

/// One for each array that compress() would write, in its order. Encodes up to kForecastChunks chunks of each, evenly
/// spread, after they lost what `bounds` allows. Depends on the arguments alone, not on the number of threads. Errors:
/// as compress().
inline constexpr std::uint64_t kForecastChunks = 3;
std::vector<ArrayForecast> forecast(const std::vector<CompressInput>& inputs, const LossBounds& bounds,
                                    const CompressOptions& options, const Surroundings& around);

}  // namespace daybreak::dataset
