#include "libcore/codecs/checksum_kernels.h"

#ifdef __AVX512F__
// All static, so that no other file gets what is compiled here.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace daybreak::codecs {

std::uint64_t checksum_avx512(const std::uint8_t* bytes, std::size_t size) {
  return XXH3_64bits(bytes, size);
}

}  // namespace daybreak::codecs
#endif
