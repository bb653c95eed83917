#pragma once
// Photographs of bytes as what a guess from the pixels before leaves.
//
// The guess is the median of W, N and W + N - NW (median.h): the same channel one pixel to the left, above, and above
// left; above the image stand zeros, and in the first pixel of a row the guess is N. In every channel but the first it
// is shifted by what the median of the channel before it was off, within 0 to 255. What it leaves, modulo 256, is taken
// as a signed byte and as zigzag().
#include <cstdint>
#include <span>

#include "libcore/codecs/byte_stream.h"

namespace daybreak::codecs {

/// Rows of `row` bytes, whole ones, of pixels of 1 to 4 channels, whole ones.
struct PixelRows {
  std::size_t row, channels;
};

Bytes photograph_residuals(const PixelRows& rows, ByteSpan values);
/// The values in place of their residuals; before them lie the zeros of a row.
void restore_photograph(const PixelRows& rows, std::span<std::uint8_t> residuals);

}  // namespace daybreak::codecs
