#pragma once
// What was learned about pipelines: for each, what it makes of a chunk with given features, and how fast that decodes.
//
// A model file, little-endian: "DBKS"; format version (1 byte); a card, what it was trained on, as a block of JSON; the
// thresholds of all trees (boosted_trees.h); the number of pipelines (varint); of each, map, prediction and code (1 byte each), then the trees (boosted_trees.h) of
// its size and of its time; XXH3 (64 bits, seed 0) of all that stands before.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libcore/codecs/boosted_trees.h"
#include "libcore/codecs/pipeline.h"
#include "libcore/codecs/status.h"

namespace daybreak::codecs {

/// Logarithms to the base 2, in 1/256.
struct Forecast {
  std::int32_t bits = 0;         // of a value, encoded
  std::int32_t nanoseconds = 0;  // to decode a byte
};

struct SelectorModel {
  struct Entry {
    Pipeline pipeline;
    BoostedTrees bits, nanoseconds;
  };
  std::string card;
  std::vector<Entry> entries;

  /// Nothing for a pipeline that the model does not know.
  std::optional<Forecast> forecast(Pipeline pipeline, const Features& features) const;
};

Bytes write_selector(const SelectorModel& model);
/// Errors: corrupt, newer_version, no_memory; `model` is then unspecified.
Status read_selector(ByteSpan bytes, SelectorModel& model) noexcept;

/// The one that is used where no other is named.
const SelectorModel& builtin_selector();

}  // namespace daybreak::codecs
