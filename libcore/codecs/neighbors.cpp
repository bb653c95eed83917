#include "libcore/codecs/neighbors.h"

#include <algorithm>
#include <bit>

#include "libcore/codecs/bands.h"
#include "libcore/codecs/bins.h"
#include "libcore/codecs/context_decoder.h"
#include "libcore/codecs/context_stream.h"

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

/// What the levels above add to the context of each place: 16 * above + above right, zeros in the first row.
class RowLevels {
 public:
  RowLevels(const Bands& bands, std::size_t row) : row_(row), memory_((bands.length + row) * kBands) {
    for (std::size_t band = 0; band < kBands; ++band) above_[band] = memory_.data() + band * (bands.length + row);
  }
  /// The contexts in them.
  struct Model {
    std::size_t context(std::size_t band, std::size_t place) const { return left[band] + above_of[band][place]; }
    /// `level`, as everywhere here: times 256.
    void put(std::size_t band, std::size_t place, std::size_t level) {
      above_of[band][place + row - 1] = static_cast<std::uint8_t>(left[band] >> 4 | level >> 8);
      left[band] = level;
    }
    std::size_t row;
    std::array<std::uint8_t*, kBands> above_of;
    std::array<std::size_t, kBands> left{};
  };
  Model model() const { return {row_, above_}; }

 private:
  std::size_t row_;
  Bytes memory_;
  std::array<std::uint8_t*, kBands> above_;
};

/// The contexts of arrays without rows.
struct LineModel {
  std::size_t context(std::size_t band, std::size_t) const {
    return last[band] + before[band] + (mean[band] >> kMeanShift);
  }
  void put(std::size_t band, std::size_t, std::size_t level) {
    before[band] = last[band] >> 4;
    last[band] = level;
    mean[band] += (level >> (8 - kMeanShift + kMeanScale)) - (mean[band] >> kMeanScale);
  }
  std::array<std::size_t, kBands> last{}, before{}, mean{};
};

/// Calls visit(model) with the model of the array.
template <class Visit>
auto with_model(const Bands& bands, std::size_t row, Visit visit) {
  if (row == 0) return visit(LineModel{});
  const RowLevels levels(bands, row);
  return visit(levels.model());
}

/// A model that keeps the classes too.
template <class Model>
struct ClassReader {
  std::size_t context(std::size_t band, std::size_t place) const { return model.context(band, place); }
  void put(std::size_t band, std::size_t place, std::uint8_t symbol, std::size_t level) {
    model.put(band, place, level);
    symbols[band * length + place] = symbol;
  }
  Model model;
  std::uint8_t* symbols;
  std::size_t length;
};

/// Levels spread best around their middle: the median magnitude becomes level 6.
template <class Word>
unsigned choose_zero_bits(std::span<const Word> values) {
  std::array<std::size_t, 65> counts{};
  for (const Word value : values) ++counts[static_cast<std::size_t>(std::bit_width(value))];
  unsigned median = 0;
  for (std::size_t seen = counts[0]; 2 * seen < values.size();) seen += counts[++median];
  constexpr unsigned kMiddle = 6;
  return median - std::min(median, kMiddle);
}

}  // namespace

template <class Word>
void write_neighbors(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out) {
  const Bins<Word> bins = magnitude_bins<Word>();
  const unsigned zero_bits = choose_zero_bits(values);
  const Bytes symbols = find_bins(values, bins);
  const Labels levels = class_levels(bins, zero_bits);
  const Bands bands(values.size(), shape.row);
  ContextCollector collector(values.size(), kContexts);
  with_model(bands, shape.row, [&](auto model) {
    walk_bands(bands, [&](std::size_t band, std::size_t place) {
      const std::uint8_t symbol = symbols[band * bands.length + place];
      collector.put(model.context(band, place), symbol);
      model.put(band, place, std::size_t{levels[symbol]} << 8);
    });
  });
  out.varint(shape.row);
  out.byte(static_cast<std::uint8_t>(zero_bits));
  collector.write(out);
  write_offsets(values, symbols, bins, out);
}

template <class Word>
bool read_neighbors(ByteReader& in, std::span<Word> values) {
  const auto row = static_cast<std::size_t>(in.varint(values.size()));
  const unsigned zero_bits = in.byte();
  const Bins<Word> bins = magnitude_bins<Word>();
  ContextDecoder decoder;
  if (!decoder.open(in, values.size(), kContexts, class_levels(bins, zero_bits))) return false;
  Scratch<std::uint8_t> symbols(values.size());
  const Bands bands(values.size(), row);
  const bool decoded = with_model(bands, row, [&](auto model) {
    return decoder.decode(bands, ClassReader<decltype(model)>{model, symbols.data(), bands.length});
  });
  return decoded && read_offsets<Word>(in, symbols, bins, values);
}

#define DAYBREAK_INSTANTIATE(Word)                                                      \
  template void write_neighbors(const ArrayShape&, std::span<const Word>, ByteWriter&); \
  template bool read_neighbors(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
