#include "libcore/codecs/pixels.h"

#include <algorithm>
#include <array>
#include <memory>

#include "libcore/codecs/bands.h"
#include "libcore/codecs/context_decoder.h"
#include "libcore/codecs/context_stream.h"
#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/median.h"

namespace daybreak::codecs {
namespace {

enum class Mode : std::uint8_t { values, photograph };

struct Geometry {
  Mode mode = Mode::values;
  std::size_t channels = 1, row = 0;
  std::size_t contexts() const { return mode == Mode::values ? 6 * 6 * 5 * 5 * 4 : 9 * 9 * 9 * 5; }
};

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

constexpr auto kNearClass = classes(std::array{1, 64, 160, 224, 253});
constexpr auto kCornerClass = classes(std::array{1, 64, 192, 252});
constexpr auto kFarClass = classes(std::array{1, 64, 200});
constexpr auto kSizeClass = classes(std::array{1, 4, 10, 24});
constexpr auto kErrorClass = classes(std::array{1, 3, 8, 20});

/// The three classes of a value in a byte.
constexpr Labels value_labels() {
  Labels labels{};
  for (std::size_t value = 0; value < 256; ++value)
    labels[value] = static_cast<std::uint8_t>(kNearClass[value] | kCornerClass[value] << 3 | kFarClass[value] << 6);
  return labels;
}
constexpr Labels kValueLabels = value_labels();

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

constexpr std::size_t kMostAhead = 256,
                      kTogether = 32;  // places whose terms are found at once, and by one step of vectors

/// A byte for every place of every band, and zeros before each band for what its contexts look back to.
class BandBytes {
 public:
  BandBytes(const Bands& bands, const Geometry& geometry) {
    const std::size_t back = 2 * geometry.row + geometry.channels;
    memory_.resize(kBands * (bands.length + back) + kTogether);
    for (std::size_t band = 0; band < kBands; ++band)
      first_[band] = memory_.data() + band * (bands.length + back) + back;
  }
  const std::array<std::uint8_t*, kBands>& first() const { return first_; }
  /// Room for what models find out about kMostAhead places of a band.
  std::array<std::uint16_t*, kBands> terms() const {
    std::array<std::uint16_t*, kBands> terms;
    for (std::size_t band = 0; band < kBands; ++band) terms[band] = terms_.get() + kMostAhead * band;
    return terms;
  }

 private:
  Bytes memory_;
  std::array<std::uint8_t*, kBands> first_;
  std::unique_ptr<std::uint16_t[]> terms_{new std::uint16_t[kMostAhead * kBands]};
};

/// What the row above adds to the contexts of some places of each band, found for all of them at once.
class Ahead {
 public:
  Ahead(const Geometry& geometry, const BandBytes& bytes)
      : length_(std::clamp<std::size_t>(geometry.row - geometry.channels, 1, kMostAhead)), terms_(bytes.terms()) {}

  /// Calls find(band, places, terms) for each band where the places go on from here: so many that what is above right
  /// of the last one lies before the first, and some more, up to whole vectors, which nobody will ask for.
  template <class Find>
  void look(std::size_t place, Find find) {
    if (place != end_) return;
    const std::size_t count = (length_ + kTogether - 1) / kTogether * kTogether;
    for (std::size_t band = 0; band < kBands; ++band) find(band, count, terms_[band]);
    start_ = place, end_ = place + length_;
  }
  std::size_t term(std::size_t band, std::size_t place) const { return terms_[band][place - start_]; }

 private:
  std::size_t length_, start_ = 0, end_ = 0;
  std::array<std::uint16_t*, kBands> terms_;
};

/// Mode values: around a place stand labels.
class ValueModel {
 public:
  static constexpr Labels kLabels = kValueLabels;

  ValueModel(const Geometry& geometry, const BandBytes& bytes)
      : geometry_(geometry), first_(bytes.first()), ahead_(geometry, bytes) {}

  std::size_t context(std::size_t band, std::size_t place) {
    if (band == 0)
      ahead_.look(place, [&](std::size_t b, std::size_t count, std::uint16_t* terms) {
        find(geometry_, first_[b] + place - geometry_.row, count, terms);
      });
    const std::size_t left = geometry_.channels == 1 ? before_[band] : first_[band][place - geometry_.channels];
    return ahead_.term(band, place) + (left & 7) * 600;
  }
  std::uint8_t guess(std::size_t) const { return 0; }
  void put(std::size_t band, std::size_t place, std::uint8_t, std::size_t label) {
    before_[band] = label >> 8;
    first_[band][place] = static_cast<std::uint8_t>(label >> 8);
  }

 private:
  static void find(Geometry geometry, const std::uint8_t* above, std::size_t count, std::uint16_t* terms) {
    run_vectorized([above, count, terms, left = above - geometry.channels, right = above + geometry.channels,
                    over = above - geometry.row]() DAYBREAK_LOOP {
      for (std::size_t i = 0; i < count / kTogether * kTogether; ++i) {
        const unsigned corners = (left[i] >> 3 & 7) * 5u + (right[i] >> 3 & 7);
        terms[i] = static_cast<std::uint16_t>((above[i] & 7) * 100u + corners * 4 + (over[i] >> 6));
      }
    });
  }

  Geometry geometry_;
  std::array<std::uint8_t*, kBands> first_;
  std::array<std::size_t, kBands> before_{};
  Ahead ahead_;
};

/// Mode photograph: around a place stand values.
class PhotographModel {
 public:
  static constexpr Labels kLabels{};

  PhotographModel(const Geometry& geometry, const BandBytes& bytes)
      : geometry_(geometry), first_(bytes.first()), ahead_(geometry, bytes) {}

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

  static void find(Geometry geometry, const std::uint8_t* above, std::size_t count, std::uint16_t* terms) {
    run_vectorized(
        [above, count, terms, left = above - geometry.channels, right = above + geometry.channels]() DAYBREAK_LOOP {
          for (std::size_t i = 0; i < count / kTogether * kTogether; ++i) {
            const unsigned first = gradient_class(above[i] - left[i]), second = gradient_class(right[i] - above[i]);
            terms[i] = static_cast<std::uint16_t>((first * kGradientClasses + second) * kErrorClasses);
          }
        });
  }

  Geometry geometry_;
  std::array<std::uint8_t*, kBands> first_;
  std::size_t next_pixel_ = 0;
  std::array<int, kBands> median_{}, guesses_{},
      off_{};  // off: value less median of the channel before; 0 in the first
  Ahead ahead_;
};

/// A model that keeps the values too.
template <class Model, class Word>
struct ValueReader {
  std::size_t context(std::size_t band, std::size_t place) { return model.context(band, place); }
  void put(std::size_t band, std::size_t place, std::uint8_t symbol, std::size_t label) {
    const auto value = static_cast<std::uint8_t>(symbol + model.guess(band));
    model.put(band, place, value, label);
    values[band * length + place] = value;
  }
  Model model;
  Word* values;
  std::size_t length;
};

/// Calls visit(model) with the model of the mode.
template <class Visit>
auto with_model(const Bands& bands, const Geometry& geometry, Visit visit) {
  const BandBytes bytes(bands, geometry);
  if (geometry.mode == Mode::values) return visit(ValueModel(geometry, bytes));
  return visit(PhotographModel(geometry, bytes));
}

template <class Word>
Bytes write_mode(const Geometry& geometry, std::span<const Word> values) {
  const Bands bands(values.size(), geometry.row);
  ContextCollector collector(values.size(), geometry.contexts());
  with_model(bands, geometry, [&](auto model) {
    walk_bands(bands, [&](std::size_t band, std::size_t place) {
      const auto value = static_cast<std::uint8_t>(values[band * bands.length + place]);
      const std::size_t context = model.context(band, place);
      collector.put(context, static_cast<std::uint8_t>(value - model.guess(band)));
      model.put(band, place, value, std::size_t{model.kLabels[value]} << 8);
    });
  });
  ByteWriter out;
  out.byte(static_cast<std::uint8_t>(geometry.mode));
  out.byte(static_cast<std::uint8_t>(geometry.channels));
  out.varint(geometry.row);
  collector.write(out);
  return out.take();
}

}  // namespace

template <class Word>
bool write_pixels(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out) {
  if (shape.row < 2 || std::any_of(values.begin(), values.end(), [](Word value) { return value > 255; })) return false;
  Geometry geometry{Mode::values, 1, shape.row};
  if (shape.last == shape.row && shape.last <= 4 && shape.plane > 0)
    geometry.channels = shape.last, geometry.row = shape.plane;
  const Bytes as_values = write_mode(geometry, values);
  geometry.mode = Mode::photograph;
  const Bytes as_photograph = write_mode(geometry, values);
  out.bytes(as_values.size() <= as_photograph.size() ? as_values : as_photograph);
  return true;
}

template <class Word>
bool read_pixels(ByteReader& in, std::span<Word> values) {
  const std::uint8_t mode = in.byte();
  Geometry geometry{static_cast<Mode>(mode), in.byte(), static_cast<std::size_t>(in.varint(values.size()))};
  if (mode > 1 || geometry.channels < 1 || geometry.channels > 4 || geometry.row < geometry.channels) return false;
  const Bands bands(values.size(), geometry.row);
  return with_model(bands, geometry, [&](auto model) {
    ContextDecoder decoder;
    return decoder.open(in, values.size(), geometry.contexts(), model.kLabels) &&
           decoder.decode(bands, ValueReader<decltype(model), Word>{model, values.data(), bands.length});
  });
}

#define DAYBREAK_INSTANTIATE(Word)                                                   \
  template bool write_pixels(const ArrayShape&, std::span<const Word>, ByteWriter&); \
  template bool read_pixels(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
