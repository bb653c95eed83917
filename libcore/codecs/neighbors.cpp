#include "libcore/codecs/neighbors.h"

#include <algorithm>
#include <bit>

#include "libcore/codecs/bands.h"
#include "libcore/codecs/bins.h"
#include "libcore/codecs/context_stream.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kContexts = 4096;
constexpr unsigned kMostLevel = 15;
constexpr unsigned kMeanShift = 4, kMeanScale = 3;  // the mean of about 2^kMeanScale levels, in 1 / 2^kMeanShift

/// The level of each class of magnitude_bins().
template <class Word>
std::array<std::uint8_t, 256> class_levels(const Bins<Word>& bins, unsigned zero_bits) {
  std::array<std::uint8_t, 256> levels{};
  for (std::size_t i = 0; i < bins.size(); ++i) {
    const auto bits = static_cast<unsigned>(std::bit_width(bins[i].lower));
    levels[i] = static_cast<std::uint8_t>(std::min(kMostLevel, bits - std::min(bits, zero_bits)));
  }
  return levels;
}

/// Calls code(position, context), which returns the class there, in the order of the bands. The levels of a band lie
/// behind so many zeros as its contexts look back.
template <class Code>
void walk(std::size_t count, std::size_t row, const std::array<std::uint8_t, 256>& level_of, Code code) {
  const Bands bands(count, row);
  const std::size_t back = std::max<std::size_t>(2, row);
  std::array<Bytes, kBands> levels;
  std::array<unsigned, kBands> mean{};
  for (Bytes& band : levels) band.resize(bands.length + back);
  walk_bands(bands, [&](std::size_t band, std::size_t place) {
    std::uint8_t* const here = levels[band].data() + back + place;
    const std::size_t position = band * bands.length + place;
    if (row > 0) {
      const std::uint8_t* const above = here - row;
      const unsigned context = here[-1] * 256u + above[0] * 16u + above[1];
      *here = level_of[code(position, context)];
    } else {
      const unsigned context = here[-1] * 256u + here[-2] * 16u + (mean[band] >> kMeanShift);
      *here = level_of[code(position, context)];
      mean[band] += (static_cast<unsigned>(*here) << kMeanShift >> kMeanScale) - (mean[band] >> kMeanScale);
    }
  });
}

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
  ContextCollector collector(values.size(), kContexts);
  walk(values.size(), shape.row, class_levels(bins, zero_bits), [&](std::size_t position, unsigned context) {
    collector.put(context, symbols[position]);
    return symbols[position];
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
  if (!decoder.open(in, values.size(), kContexts)) return false;
  Bytes symbols(values.size());
  walk(values.size(), row, class_levels(bins, zero_bits),
       [&](std::size_t position, unsigned context) { return symbols[position] = decoder.next(context); });
  return decoder.finished() && read_offsets(in, symbols, bins, values);
}

#define DAYBREAK_INSTANTIATE(Word)                                                      \
  template void write_neighbors(const ArrayShape&, std::span<const Word>, ByteWriter&); \
  template bool read_neighbors(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
