#pragma once
#include <cstdint>

#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs {

/// XXH3 of 64 bits, seed 0.
std::uint64_t checksum(ByteSpan bytes);

}  // namespace daybreak::codecs
