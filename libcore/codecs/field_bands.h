#pragma once
// The bands of a field (symbol_field.h) and what a context looks at in them.
#include <algorithm>
#include <array>

#include "libcore/codecs/field_lanes.h"
#include "libcore/codecs/symbol_field.h"

namespace daybreak::codecs::field {

class Bands {
 public:
  Bands(std::size_t count, std::size_t row, std::size_t bands) : count_(count), row_(row), bands_(bands) {
    const std::size_t rows = (count + row - 1) / row;
    each_ = rows / bands, more_ = rows % bands;
  }
  std::size_t bands() const { return bands_; }
  std::size_t start(std::size_t band) const { return std::min(count_, (band * each_ + std::min(band, more_)) * row_); }
  std::size_t length(std::size_t band) const { return start(band + 1) - start(band); }
  /// Places that all bands have, and those of the longest.
  std::size_t in_all() const { return length(bands_ - 1); }
  std::size_t longest() const { return length(0); }

  /// Calls visit(band, place in the band) for the rest of the walk from a place on.
  template <class Visit>
  void walk(std::size_t place, Visit visit) const {
    for (const std::size_t end = longest(); place < end; ++place)
      for (std::size_t band = 0; band < bands_; ++band)
        if (place < length(band)) visit(band, place);
  }

 private:
  std::size_t count_, row_, bands_, each_, more_;
};

/// How far before a symbol its features lie; 0 for what lies before every band.
inline std::array<std::size_t, kFeatures> distances(const FieldShape& shape, const Bands& bands) {
  const std::size_t left = shape.channels, other = left == 1 ? 2 : 1;
  const std::size_t corner = shape.plane > 0 ? shape.plane : shape.row + left;
  std::array<std::size_t, kFeatures> all{shape.row, shape.row - left, corner, 2 * shape.row, left, other};
  for (std::size_t& distance : all)
    if (distance >= bands.longest()) distance = 0;
  return all;
}

}  // namespace daybreak::codecs::field
