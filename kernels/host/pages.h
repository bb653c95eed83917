#pragma once
// Memory of the host.
#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>

namespace daybreak::kernels::host {

/// `bytes` bytes, aligned to 64, to be given to free(); NULL where there are not so many. Large blocks ask for pages of
/// 2 MiB: products walk through more small ones than the processor remembers.
inline void* allocate_pages(std::size_t bytes) {
  constexpr std::size_t kAlignment = 64, kLargePage = std::size_t{2} << 20;
  const bool large = bytes >= 2 * kLargePage;
  void* memory = nullptr;
  if (posix_memalign(&memory, large ? kLargePage : kAlignment, bytes) != 0) return nullptr;
#ifdef MADV_HUGEPAGE
  if (large) madvise(memory, bytes / kLargePage * kLargePage, MADV_HUGEPAGE);  // where it is refused, small pages do
#endif
  return memory;
}

}  // namespace daybreak::kernels::host
