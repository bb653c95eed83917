#include "libcore/codecs/photograph.h"

#include <algorithm>

#include "libcore/codecs/element_words.h"
#include "libcore/codecs/median.h"

namespace daybreak::codecs {
namespace {

/// The pixel at a place of a row: value = step(residual or value that stands there, guess), channel by channel.
template <std::size_t kChannels, class Step>
void visit_pixel(const std::uint8_t* above, const std::uint8_t* left, std::size_t place, Step step) {
  int off = 0;  // what the median of the channel before was off
#pragma GCC unroll 4
  for (std::size_t channel = 0; channel < kChannels; ++channel) {
    const std::size_t at = place + channel;
    const int n = above[at];
    const int median = place == 0 ? n : median_guess<int>(left[at - kChannels], n, above[at - kChannels]);
    off = step(at, std::clamp(median + off, 0, 255)) - median;
  }
}

template <std::size_t kChannels>
void restore_pixel(std::uint8_t* row, std::size_t length, std::size_t place) {
  visit_pixel<kChannels>(row - length, row, place, [row](std::size_t at, int guess) {
    return row[at] = static_cast<std::uint8_t>(guess + static_cast<int>(unzigzag(std::uint32_t{row[at]})));
  });
}

/// Rows each a pixel behind the one above it: a pixel waits for the one before it, but the rows do not wait for each
/// other.
constexpr std::size_t kTogether = 4;
template <std::size_t kChannels>
void restore_rows(std::uint8_t* rows, std::size_t length, std::size_t count) {
  const std::size_t ends = length + (count - 1) * kChannels;
  for (std::size_t step = 0; step < ends; step += kChannels)
    if (count == kTogether && step >= (kTogether - 1) * kChannels && step < length) {
#pragma GCC unroll 4
      for (std::size_t k = 0; k < kTogether; ++k)
        restore_pixel<kChannels>(rows + k * length, length, step - k * kChannels);
    } else {
      for (std::size_t k = 0; k < count; ++k)
        if (step >= k * kChannels && step - k * kChannels < length)
          restore_pixel<kChannels>(rows + k * length, length, step - k * kChannels);
    }
}

template <std::size_t kChannels>
void restore(std::size_t length, std::span<std::uint8_t> residuals) {
  const std::size_t rows = residuals.size() / length;
  for (std::size_t row = 0; row < rows; row += kTogether)
    restore_rows<kChannels>(residuals.data() + row * length, length, std::min(kTogether, rows - row));
}

/// Calls visit with the number of channels as a constant.
template <class Visit>
void with_channels(std::size_t channels, Visit visit) {
  if (channels == 1) visit(std::integral_constant<std::size_t, 1>{});
  if (channels == 2) visit(std::integral_constant<std::size_t, 2>{});
  if (channels == 3) visit(std::integral_constant<std::size_t, 3>{});
  if (channels == 4) visit(std::integral_constant<std::size_t, 4>{});
}

}  // namespace

Bytes photograph_residuals(const PixelRows& rows, ByteSpan values) {
  Bytes residuals(values.size());
  const Bytes zeros(rows.row);
  with_channels(rows.channels, [&](auto channels) {
    for (std::size_t start = 0; start < values.size(); start += rows.row) {
      const std::uint8_t* const here = values.data() + start;
      const std::uint8_t* const above = start == 0 ? zeros.data() : here - rows.row;
      for (std::size_t place = 0; place < rows.row; place += rows.channels)
        visit_pixel<channels>(above, here, place, [&](std::size_t at, int guess) {
          const auto left = static_cast<std::int8_t>(here[at] - guess);
          residuals[start + at] = static_cast<std::uint8_t>(zigzag(static_cast<std::uint32_t>(left)));
          return here[at];
        });
    }
  });
  return residuals;
}

void restore_photograph(const PixelRows& rows, std::span<std::uint8_t> residuals) {
  with_channels(rows.channels, [&](auto channels) { restore<channels>(rows.row, residuals); });
}

}  // namespace daybreak::codecs
