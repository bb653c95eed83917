#pragma once
// What is foretold of a pipeline for a chunk, and what earlier chunks taught about such forecasts.
#include <cstdint>
#include <vector>

#include "libcore/codecs/pipeline.h"

namespace daybreak::codecs {

/// A pipeline, and what is foretold of it.
struct Prospect {
  Pipeline pipeline;
  std::int32_t bits = 0;        // log2 of the bits of a value, in 1/256, corrected
  std::int32_t correction = 0;  // by experience
  std::uint64_t bytes = 0;      // of the whole chunk; 0 where nothing is foretold
  std::uint64_t decode_ns = 0;  // of the whole chunk
  std::uint64_t cost = 0;       // of the whole chunk, as Objective has it; 0 where nothing is foretold
};

/// How far forecasts for one array's chunks were off, so that those for the next ones are better.
class Experience {
 public:
  /// The chunk of so many values that `prospect` spoke of became so many bytes.
  void learn(const Prospect& prospect, std::uint64_t bytes, std::uint64_t values);
  void add(const Experience& other);
  /// What to add to a forecast.
  std::int32_t correction(Pipeline pipeline) const;
  std::uint32_t count(Pipeline pipeline) const;

  /// So many forecasts of a pipeline, and the sum of their errors.
  struct Seen {
    Pipeline pipeline;
    std::int64_t errors = 0;
    std::uint32_t count = 0;
  };
  /// What add() makes the same experience of.
  const std::vector<Seen>& seen() const { return seen_; }
  void add(const Seen& one);

 private:
  const Seen* find(Pipeline pipeline) const;
  Seen& at(Pipeline pipeline);
  std::vector<Seen> seen_;
};

}  // namespace daybreak::codecs
