// xxHash as a header alone, so that the room stays without a library to load.
#define XXH_INLINE_ALL
#include "libcore/codecs/checksum.h"

#include <xxhash.h>

namespace daybreak::codecs {

std::uint64_t checksum(ByteSpan bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace daybreak::codecs
