#pragma once
// Which pipelines may suit an array at all.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/element_type.h"
#include "libcore/codecs/pipeline.h"

namespace daybreak::codecs {

/// The pipelines that may suit, in the order that decides ties; those of the same map and prediction side by side.
std::vector<Pipeline> candidates(ElementType type, std::span<const std::uint64_t> shape);

}  // namespace daybreak::codecs
