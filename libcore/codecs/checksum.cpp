// xxHash as a header alone, so that the room stays without a library to load.
#define XXH_INLINE_ALL
#include "libcore/codecs/checksum.h"

#include <xxhash.h>

#include "libcore/codecs/checksum_kernels.h"
#include "libcore/codecs/instruction_sets.h"

namespace daybreak::codecs {

std::uint64_t checksum(ByteSpan bytes) {
#ifdef __x86_64__
  const InstructionSet set = instruction_set();
  if (set >= InstructionSet::avx512) return checksum_avx512(bytes.data(), bytes.size());
  if (set >= InstructionSet::avx2) return checksum_avx2(bytes.data(), bytes.size());
#endif
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace daybreak::codecs
