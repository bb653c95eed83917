#pragma once
// A walk over an array in four bands at once. What a context needs lies in its own band, so a processor works on four
// symbols side by side although each waits for the one before it.
#include <algorithm>
#include <array>
#include <cstddef>

namespace daybreak::codecs {

constexpr std::size_t kBands = 4;

/// Bands of whole rows, all of the same length but the last ones, which may be short or empty.
struct Bands {
  Bands(std::size_t elements, std::size_t row_elements) : count(elements) {
    const std::size_t row = std::max<std::size_t>(1, row_elements), quarter = (elements + kBands - 1) / kBands;
    length = (quarter + row - 1) / row * row;
  }
  /// Places that all bands have.
  std::size_t in_all() const {
    const std::size_t last = (kBands - 1) * length;
    return count > last ? count - last : 0;
  }
  std::size_t count, length;
};

/// Calls visit(band, place in the band) for each element from `place` of the bands on: place by place, and at each place
/// band by band.
template <class Visit>
void walk_bands(const Bands& bands, std::size_t place, Visit visit) {
  for (const std::size_t in_all = bands.in_all(); place < in_all; ++place)
    for (std::size_t band = 0; band < kBands; ++band) visit(band, place);
  for (; place < bands.length; ++place)
    for (std::size_t band = 0; band < kBands && band * bands.length + place < bands.count; ++band) visit(band, place);
}

}  // namespace daybreak::codecs
