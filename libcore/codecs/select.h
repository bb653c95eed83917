#pragma once
// Which pipeline for a chunk: those that may suit its type and shape are tried on a sample of it.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/element_type.h"
#include "libcore/codecs/pipeline.h"

namespace daybreak::codecs {

/// What to give up bytes for. size: nothing. balanced and speed: pipelines that decode fast, unless others save a good
/// share.
enum class Preference : std::uint8_t { size, balanced, speed };

/// The pipelines that may suit, in the order that decides ties.
std::vector<Pipeline> candidates(ElementType type, std::span<const std::uint64_t> shape);

/// The pipeline to encode the chunk with. Depends on the arguments alone. `stored` where nothing helps or memory is
/// short. Cost: some candidates are encoded on a sample of 128 to 256 KiB, the best few on the whole chunk for
/// Preference::size.
Pipeline best_pipeline(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data,
                       Preference preference) noexcept;

}  // namespace daybreak::codecs
