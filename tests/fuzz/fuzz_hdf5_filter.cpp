// The decoders of HDF5 chunks: any bytes are undone into the chunk or refused, without a step past either's end.
// Byte 0 chooses the filter, byte 1 is the element size of shuffle, bytes 2 and 3 are the size of the chunk.
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "libcore/io/hdf5_filters.h"

using namespace daybreak::io;
namespace {

/// Memory that ends where nothing is mapped: zlib and Blosc are not built with a sanitizer, and a step of theirs past
/// this end is a fault all the same.
class Fenced {
 public:
  Fenced() {
    void* const memory = mmap(nullptr, kMost + kFence, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED || mprotect(static_cast<std::byte*>(memory) + kMost, kFence, PROT_NONE) != 0) std::abort();
    end_ = static_cast<std::byte*>(memory) + kMost;
  }
  std::span<std::byte> last(std::size_t bytes) const { return {end_ - bytes, bytes}; }

  static constexpr std::size_t kMost = 1 << 20;

 private:
  static constexpr std::size_t kFence = 1 << 16;  // a page, however large
  std::byte* end_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Fenced input, output;
  constexpr std::array kFilters{kHdf5Deflate, kHdf5Shuffle, kHdf5Fletcher32, kHdf5Blosc, kHdf5Daybreak,
                                kHdf5Lzf,     kHdf5Zstd};
  constexpr std::size_t kHead = 4;
  if (size < kHead || size - kHead > Fenced::kMost) return 0;
  const auto packed = input.last(size - kHead);
  std::ranges::copy(std::as_bytes(std::span(data, size)).subspan(kHead), packed.begin());
  const std::array<std::uint32_t, 1> client{data[1]};
  const auto chunk = output.last(data[2] + 256u * data[3]);
  const Unfiltered result = undo_filter(kFilters[data[0] % kFilters.size()], client, packed, chunk);
  if (result.fault.empty() ? result.bytes > chunk.size() : result.bytes != 0) std::abort();
  return 0;
}
