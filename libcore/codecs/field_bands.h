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
  std::size_t longest() const { return length(0); }

  /// So many bands, the first ones, have a place, which the longest has.
  std::size_t having(std::size_t place) const {
    std::size_t there = bands_;
    while (length(there - 1) <= place) --there;
    return there;
  }

  /// Calls visit(band, place in the band) in the order of the walk.
  template <class Visit>
  void walk(Visit visit) const {
    for (std::size_t place = 0; place < longest(); ++place)
      for (std::size_t band = 0, there = having(place); band < there; ++band) visit(band, place);
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

/// Strips of a field (symbol_field.h): the byte that says the bands says them too, as their logarithm times this.
constexpr std::size_t kStripsUnit = 64, kMostStrips = 8;

inline bool can_cut(const FieldShape& shape, std::size_t count, std::size_t strips) {
  return count % shape.row == 0 && shape.row % (strips * shape.channels) == 0 && shape.plane % shape.row == 0;
}
inline FieldShape cut(const FieldShape& shape, std::size_t strips) {
  return {shape.row / strips, shape.channels, shape.plane / strips};
}
/// Calls visit(place in the field, place in the strips) for each piece of a row.
template <class Visit>
void for_pieces(const FieldShape& shape, std::size_t count, std::size_t strips, Visit visit) {
  const std::size_t piece = shape.row / strips;
  for (std::size_t strip = 0, at = 0; strip < strips; ++strip)
    for (std::size_t row = 0; row < count; row += shape.row, at += piece) visit(row + strip * piece, at);
}

}  // namespace daybreak::codecs::field
