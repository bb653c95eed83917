#pragma once
// Which pipeline for a chunk: what each would make of it is foretold from the chunk's features; the most promising few
// are tried on a sample, the best of those on the whole chunk.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/element_type.h"
#include "libcore/codecs/objective.h"
#include "libcore/codecs/pipeline.h"
#include "libcore/codecs/selector_model.h"

namespace daybreak::codecs {

struct Selector {
  const SelectorModel* model = &builtin_selector();
  Objective objective = kSmallest;
};

/// A pipeline, and what is foretold of it.
struct Prospect {
  Pipeline pipeline;
  std::int32_t bits = 0;        // log2 of the bits of a value, in 1/256, corrected
  std::int32_t correction = 0;  // by experience
  std::uint64_t decode_ns = 0;  // of the whole chunk
  std::uint64_t cost = 0;       // of the whole chunk, as Objective has it
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

 private:
  struct Seen {
    Pipeline pipeline;
    std::int64_t errors = 0;
    std::uint32_t count = 0;
  };
  const Seen* find(Pipeline pipeline) const;
  Seen& at(Pipeline pipeline);
  std::vector<Seen> seen_;
};

/// What is foretold of every candidate, the cheapest first. A pipeline that the model does not know is taken for the best.
std::vector<Prospect> foresee(const Selector& selector, ElementType type, std::span<const std::uint64_t> shape,
                              ByteSpan data, const Experience& experience);

/// The first of `foreseen`: those to try on a sample.
std::span<const Prospect> worth_a_sample(std::span<const Prospect> foreseen);
/// Those to try on the whole chunk; `tried`: on a sample, the cheapest first.
std::vector<Prospect> worth_the_chunk(std::vector<Prospect> tried, std::span<const Prospect> foreseen);

/// Those of `foreseen` that are worth a try on the whole chunk, by tries on a sample of it: at most kFinalists. With
/// `explore`, one more that was seldom tried. None where nothing is likely to help.
constexpr std::size_t kFinalists = 3;
std::vector<Prospect> finalists(const Selector& selector, ElementType type, std::span<const std::uint64_t> shape,
                                ByteSpan data, std::span<const Prospect> foreseen, const Experience& experience,
                                bool explore);

/// The pipeline to encode one chunk with. Depends on the arguments alone. `stored` where nothing helps or memory is
/// short.
Pipeline best_pipeline(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data,
                       const Selector& selector = {}) noexcept;

}  // namespace daybreak::codecs
