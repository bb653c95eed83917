#include "libcore/codecs/neighbors.h"

#include <algorithm>
#include <bit>

#include "libcore/codecs/bands.h"
#include "libcore/codecs/bins.h"
#include "libcore/codecs/context_decoder.h"
#include "libcore/codecs/symbol_field.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kContexts = 4096;
constexpr unsigned kMostLevel = 15;
constexpr unsigned kMeanShift = 4, kMeanScale = 3;  // the mean of about 2^kMeanScale levels, in 1 / 2^kMeanShift

/// The level of each class of magnitude_bins().
template <class Word>
Labels class_levels(const Bins<Word>& bins, unsigned zero_bits) {
  Labels levels{};
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const auto bits = static_cast<unsigned>(std::bit_width(bins[i].lower));
    levels[i] = static_cast<std::uint8_t>(std::min(kMostLevel, bits - std::min(bits, zero_bits)));
  }
  return levels;
}

/// The contexts of arrays without rows, as they once were; keeps the classes.
struct ClassReader {
  std::size_t context(std::size_t band, std::size_t) const {
    return last[band] + before[band] + (mean[band] >> kMeanShift);
  }
  void put(std::size_t band, std::size_t place, std::uint8_t symbol, std::size_t level) {
    before[band] = last[band] >> 4;
    last[band] = level;
    mean[band] += (level >> (8 - kMeanShift + kMeanScale)) - (mean[band] >> kMeanScale);
    symbols[band * length + place] = symbol;
  }
  std::uint8_t* symbols;
  std::size_t length;  // of a band
  std::array<std::size_t, kBands> last{}, before{}, mean{};
};

template <class Word>
bool read_line(ByteReader& in, const Bins<Word>& bins, std::span<Word> values) {
  const unsigned zero_bits = in.byte();
  ContextDecoder decoder;
  if (!decoder.open(in, values.size(), kContexts, class_levels(bins, zero_bits))) return false;
  Scratch<std::uint8_t> symbols(values.size());
  const Bands bands(values.size(), 0);
  return decoder.decode(bands, ClassReader{symbols.data(), bands.length}) &&
         read_offsets<Word>(in, symbols, bins, values);
}

/// What has no rows is cut into short ones, so that a context has more to look at than the values just before. The
/// plane before is looked at where most places of a band have one.
FieldShape field_shape(const ArrayShape& shape) {
  constexpr std::size_t kShortRow = 4;
  if (shape.row == 0) return {std::clamp<std::size_t>(shape.count, 1, kShortRow)};
  const Bands bands(shape.count, shape.row);
  return {shape.row, 1, 2 * shape.plane <= bands.length ? shape.plane : 0};
}

template <class Word>
bool read_rows(std::size_t row, ByteReader& in, const Bins<Word>& bins, std::span<Word> values) {
  const auto plane = static_cast<std::size_t>(in.varint(values.size()));
  if (plane > 0 && plane < row) return false;
  Scratch<std::uint8_t> symbols(values.size());
  return read_field({row, 1, plane}, in, symbols) && read_offsets<Word>(in, symbols, bins, values);
}

}  // namespace

template <class Word>
void write_neighbors(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out) {
  const Bins<Word> bins = magnitude_bins<Word>();
  const Bytes symbols = find_bins(values, bins);
  const FieldShape field = field_shape(shape);
  out.varint(field.row);
  out.varint(field.plane);
  write_field(field, symbols, out);
  write_offsets(values, symbols, bins, out);
}

template <class Word>
bool read_neighbors(ByteReader& in, std::span<Word> values) {
  const auto row = static_cast<std::size_t>(in.varint(values.size()));
  const Bins<Word> bins = magnitude_bins<Word>();
  return row == 0 ? read_line(in, bins, values) : read_rows(row, in, bins, values);
}

#define DAYBREAK_INSTANTIATE(Word)                                                      \
  template void write_neighbors(const ArrayShape&, std::span<const Word>, ByteWriter&); \
  template bool read_neighbors(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
