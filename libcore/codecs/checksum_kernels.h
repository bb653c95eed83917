#pragma once
// The same checksum, by vectors of different widths. Types alone: what is inline here would be compiled with flags that
// not every processor takes.
#include <cstddef>
#include <cstdint>

namespace daybreak::codecs {

std::uint64_t checksum_avx2(const std::uint8_t* bytes, std::size_t size);
std::uint64_t checksum_avx512(const std::uint8_t* bytes, std::size_t size);

}  // namespace daybreak::codecs
