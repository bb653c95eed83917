#pragma once
// Which pipeline for a chunk: what each would make of it is foretold from the chunk's features; the most promising few
// are tried on a small sample, the best of those on a larger one, and where two are close, on the whole chunk.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/element_type.h"
#include "libcore/codecs/objective.h"
#include "libcore/codecs/pipeline.h"
#include "libcore/codecs/prospect.h"
#include "libcore/codecs/rounds.h"
#include "libcore/codecs/selector_model.h"

namespace daybreak::codecs {

struct Selector {
  const SelectorModel* model = &builtin_selector();
  Objective objective = kSmallest;
};

/// What is foretold of the pipelines for a chunk of so many values and bytes, the cheapest first. A pipeline that the
/// model does not know is taken for the best.
std::vector<Prospect> foresee(const Selector& selector, std::span<const Pipeline> pipelines, const Features& features,
                              std::uint64_t values, std::uint64_t bytes, const Experience& experience);
/// The same for every candidate.
std::vector<Prospect> foresee(const Selector& selector, ElementType type, std::span<const std::uint64_t> shape,
                              ByteSpan data, const Experience& experience);

/// Those of `foreseen` that are worth a try on the whole chunk, by tries on samples of it: at most kFinalists. With
/// `explore`, one more that was seldom tried. None where nothing is likely to help.
std::vector<Prospect> finalists(const Selector& selector, ElementType type, std::span<const std::uint64_t> shape,
                                ByteSpan data, std::span<const Prospect> foreseen, const Experience& experience,
                                bool explore);

/// The pipeline to encode one chunk with. Depends on the arguments alone. `stored` where nothing helps or memory is
/// short.
Pipeline best_pipeline(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data,
                       const Selector& selector = {}) noexcept;

}  // namespace daybreak::codecs
