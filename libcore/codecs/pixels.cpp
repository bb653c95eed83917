#include "libcore/codecs/pixels.h"

#include <algorithm>
#include <array>

#include "libcore/codecs/bands.h"
#include "libcore/codecs/bins.h"
#include "libcore/codecs/byte_bins.h"
#include "libcore/codecs/context_decoder.h"
#include "libcore/codecs/context_stream.h"
#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/look_ahead.h"
#include "libcore/codecs/median.h"
#include "libcore/codecs/symbol_field.h"

namespace daybreak::codecs {
namespace {

enum class Mode : std::uint8_t { values, photograph };

constexpr std::size_t kContexts = 9 * 9 * 9 * 5;  // of a photograph

/// Where 0 to 255 falls between the bounds.
template <std::size_t kBounds>
constexpr std::array<std::uint8_t, 256> classes(const std::array<int, kBounds>& bounds) {
  std::array<std::uint8_t, 256> result{};
  for (int value = 0; value < 256; ++value)
    for (const int bound : bounds)
      result[static_cast<std::size_t>(value)] =
          static_cast<std::uint8_t>(result[static_cast<std::size_t>(value)] + (value >= bound));
  return result;
}

constexpr auto kSizeClass = classes(std::array{1, 4, 10, 24});
constexpr auto kErrorClass = classes(std::array{1, 3, 8, 20});

/// What a difference of two values adds to the context.
class DifferenceTable {
 public:
  /// The class of its size times a factor; negative ones may take classes of their own.
  constexpr DifferenceTable(const Labels& size_class, unsigned negative, unsigned factor) : terms_{} {
    for (int difference = -255; difference <= 255; ++difference) {
      const unsigned size = size_class[static_cast<std::size_t>(difference < 0 ? -difference : difference)];
      terms_[static_cast<std::size_t>(difference + 255)] =
          static_cast<std::uint16_t>((difference < 0 ? size + negative : size) * factor);
    }
  }
  constexpr unsigned operator[](int difference) const { return terms_[static_cast<std::size_t>(difference + 255)]; }

 private:
  std::array<std::uint16_t, 511> terms_;
};

constexpr unsigned kErrorClasses = 5, kGradientClasses = 9, kNegativeClasses = 4;
constexpr DifferenceTable kLeftGradient(kSizeClass, kNegativeClasses, kGradientClasses*kGradientClasses*kErrorClasses),
    kError(kErrorClass, 0, 1);

/// A byte for every place of every band, and zeros before each band for what its contexts look back to.
class BandBytes {
 public:
  BandBytes(const Bands& bands, const FieldShape& geometry) {
    const std::size_t back = 2 * geometry.row + geometry.channels;
    memory_.resize(kBands * (bands.length + back) + kTogether);
    for (std::size_t band = 0; band < kBands; ++band)
      first_[band] = memory_.data() + band * (bands.length + back) + back;
  }
  const std::array<std::uint8_t*, kBands>& first() const { return first_; }
  const TermMemory& terms() const { return terms_; }

 private:
  Bytes memory_;
  std::array<std::uint8_t*, kBands> first_;
  TermMemory terms_;
};

/// Mode photograph: around a place stand values.
class PhotographModel {
 public:
  PhotographModel(const FieldShape& geometry, const BandBytes& bytes)
      : geometry_(geometry), first_(bytes.first()), ahead_(geometry.row - geometry.channels, bytes.terms()) {}

  std::size_t context(std::size_t band, std::size_t place) {
    if (band == 0) {
      ahead_.look(place, [&](std::size_t b, std::size_t count, std::uint16_t* terms) {
        find(geometry_, first_[b] + place - geometry_.row, count, terms);
      });
      if (place == next_pixel_) off_ = {}, next_pixel_ += geometry_.channels;
    }
    const std::uint8_t* const here = first_[band] + place;
    const std::uint8_t* const above = here - geometry_.row;
    const int w = *(here - geometry_.channels), n = *above, nw = *(above - geometry_.channels);
    median_[band] = median_guess(w, n, nw);
    guesses_[band] = std::clamp(median_[band] + off_[band], 0, 255);
    return ahead_.term(band, place) + kLeftGradient[w - nw] + kError[off_[band]];
  }
  std::uint8_t guess(std::size_t band) const { return static_cast<std::uint8_t>(guesses_[band]); }
  void put(std::size_t band, std::size_t place, std::uint8_t value, std::size_t) {
    first_[band][place] = value;
    off_[band] = value - median_[band];
  }

 private:
  /// The class of a difference, as DifferenceTable has it.
  static constexpr unsigned gradient_class(int difference) {
    const int size = difference < 0 ? -difference : difference;
    const int sizes = (size >= 1) + (size >= 4) + (size >= 10) + (size >= 24);
    return static_cast<unsigned>(sizes + (difference < 0 ? static_cast<int>(kNegativeClasses) : 0));
  }

  static void find(FieldShape geometry, const std::uint8_t* above, std::size_t count, std::uint16_t* terms) {
    run_vectorized(
        [above, count, terms, left = above - geometry.channels, right = above + geometry.channels]() DAYBREAK_LOOP {
          for (std::size_t i = 0; i < count / kTogether * kTogether; ++i) {
            const unsigned first = gradient_class(above[i] - left[i]), second = gradient_class(right[i] - above[i]);
            terms[i] = static_cast<std::uint16_t>((first * kGradientClasses + second) * kErrorClasses);
          }
        });
  }

  FieldShape geometry_;
  std::array<std::uint8_t*, kBands> first_;
  std::size_t next_pixel_ = 0;
  std::array<int, kBands> median_{}, guesses_{},
      off_{};  // off: value less median of the channel before; 0 in the first
  LookAhead ahead_;
};

/// A model that keeps the values too.
template <class Word>
struct ValueReader {
  std::size_t context(std::size_t band, std::size_t place) { return model.context(band, place); }
  void put(std::size_t band, std::size_t place, std::uint8_t symbol, std::size_t label) {
    const auto value = static_cast<std::uint8_t>(symbol + model.guess(band));
    model.put(band, place, value, label);
    values[band * length + place] = value;
  }
  PhotographModel model;
  Word* values;
  std::size_t length;
};

template <class Word>
void write_photograph(const FieldShape& geometry, std::span<const Word> values, ByteWriter& out) {
  const Bands bands(values.size(), geometry.row);
  ContextCollector collector(values.size(), kContexts);
  const BandBytes bytes(bands, geometry);
  PhotographModel model(geometry, bytes);
  walk_bands(bands, [&](std::size_t band, std::size_t place) {
    const auto value = static_cast<std::uint8_t>(values[band * bands.length + place]);
    const std::size_t context = model.context(band, place);
    collector.put(context, static_cast<std::uint8_t>(value - model.guess(band)));
    model.put(band, place, value, 0);
  });
  collector.write(out);
}

template <class Word>
bool read_photograph(const FieldShape& geometry, ByteReader& in, std::span<Word> values) {
  const Bands bands(values.size(), geometry.row);
  const BandBytes bytes(bands, geometry);
  ContextDecoder decoder;
  return decoder.open(in, values.size(), kContexts, Labels{}) &&
         decoder.decode(bands, ValueReader<Word>{PhotographModel(geometry, bytes), values.data(), bands.length});
}

template <class Word>
void write_values(const FieldShape& geometry, std::span<const Word> values, ByteWriter& out) {
  const Bins<Word> bins = byte_bins(values);
  Bytes widths;
  for (const Bin<Word>& bin : bins) widths.push_back(bin.width);
  out.byte(static_cast<std::uint8_t>(widths.size() - 1));
  write_symbols(widths, out);
  const Bytes symbols = find_bins(values, bins);
  write_field(geometry, symbols, out);
  write_offsets(values, symbols, bins, out);
}

template <class Word>
bool read_bins(ByteReader& in, Bins<Word>& bins) {
  Bytes widths(in.byte() + std::size_t{1});
  if (!read_symbols(in, widths)) return false;
  std::size_t lower = 0;
  for (const std::uint8_t width : widths) {
    if (width > 8 || lower > 255) return false;
    bins.push_back({static_cast<Word>(lower), width});
    lower += std::size_t{1} << width;
  }
  return true;
}

template <class Word>
bool read_values(const FieldShape& geometry, ByteReader& in, std::span<Word> values) {
  Bins<Word> bins;
  SymbolField field;
  return read_bins(in, bins) && field.read(geometry, values.size(), in) &&
         read_offsets<Word>(in, field.symbols(), bins, values);
}

}  // namespace

template <class Word>
bool write_pixels(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out) {
  if (shape.row < 2 || std::any_of(values.begin(), values.end(), [](Word value) { return value > 255; })) return false;
  FieldShape geometry{shape.row, 1};
  if (shape.last == shape.row && shape.last <= 4 && shape.plane > 0) geometry = {shape.plane, shape.last};
  ByteWriter as_values, as_photograph;
  write_values(geometry, values, as_values);
  write_photograph(geometry, values, as_photograph);
  const Mode mode = as_values.size() <= as_photograph.size() ? Mode::values : Mode::photograph;
  out.byte(static_cast<std::uint8_t>(mode));
  out.byte(static_cast<std::uint8_t>(geometry.channels));
  out.varint(geometry.row);
  out.bytes(mode == Mode::values ? as_values.span() : as_photograph.span());
  return true;
}

template <class Word>
bool read_pixels(ByteReader& in, std::span<Word> values) {
  const std::uint8_t mode = in.byte();
  FieldShape geometry;
  geometry.channels = in.byte();
  geometry.row = static_cast<std::size_t>(in.varint(values.size()));
  if (mode > 1 || geometry.channels < 1 || geometry.channels > 4 || geometry.row < geometry.channels) return false;
  return static_cast<Mode>(mode) == Mode::values ? read_values(geometry, in, values)
                                                 : read_photograph(geometry, in, values);
}

#define DAYBREAK_INSTANTIATE(Word)                                                   \
  template bool write_pixels(const ArrayShape&, std::span<const Word>, ByteWriter&); \
  template bool read_pixels(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
