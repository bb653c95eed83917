#include "libcore/codecs/pixels.h"

#include <algorithm>
#include <array>

#include "libcore/codecs/bands.h"
#include "libcore/codecs/context_stream.h"
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
/// Of a difference, by its absolute value: 0, and 1 to 4; negative ones take 5 to 8.
constexpr auto kDifferenceClass = classes(std::array{1, 4, 10, 24});
constexpr auto kErrorClass = classes(std::array{1, 3, 8, 20});

inline unsigned difference_class(int difference) {
  const unsigned size = kDifferenceClass[static_cast<std::size_t>(difference < 0 ? -difference : difference)];
  return difference < 0 ? size + 4 : size;
}

inline unsigned values_around(const std::uint8_t* here, const Geometry& geometry) {
  const std::size_t c = geometry.channels;
  const std::uint8_t* const above = here - geometry.row;
  const unsigned near = kNearClass[*(here - c)] * 6u + kNearClass[*above];
  const unsigned corners = kCornerClass[*(above - c)] * 5u + kCornerClass[above[c]];
  return (near * 25 + corners) * 4 + kFarClass[*(above - geometry.row)];
}

/// The context of a place and what is subtracted there.
struct Surroundings {
  unsigned context;
  int guess;
};

/// `off`: value less guess of the channel before; 0 in the first.
inline Surroundings photograph_around(const std::uint8_t* here, const Geometry& geometry, int off) {
  const std::size_t c = geometry.channels;
  const std::uint8_t* const above = here - geometry.row;
  const int w = *(here - c), n = *above, nw = *(above - c), ne = above[c];
  const unsigned gradients = (difference_class(w - nw) * 9 + difference_class(n - nw)) * 9 + difference_class(ne - n);
  const int guess = std::clamp(median_guess(w, n, nw) + off, 0, 255);
  return {gradients * 5 + kErrorClass[static_cast<std::size_t>(off < 0 ? -off : off)], guess};
}

/// Calls code(position, context, guess), which returns the value there, in the order of the bands. The values of a band
/// lie behind as many zeros as its contexts look back.
template <class Code>
void walk(std::size_t count, const Geometry& geometry, Code code) {
  const Bands bands(count, geometry.row);
  const std::size_t back = 2 * geometry.row + geometry.channels;
  std::array<Bytes, kBands> pixels;
  for (Bytes& band : pixels) band.resize(bands.length + back);
  if (geometry.mode == Mode::values) {
    walk_bands(bands, [&](std::size_t band, std::size_t place) {
      std::uint8_t* const here = pixels[band].data() + back + place;
      *here = code(band * bands.length + place, values_around(here, geometry), 0);
    });
    return;
  }
  std::array<int, kBands> off{};
  walk_bands(bands, [&](std::size_t band, std::size_t place) {
    std::uint8_t* const here = pixels[band].data() + back + place;
    if (place % geometry.channels == 0) off[band] = 0;
    const int w = *(here - geometry.channels), n = *(here - geometry.row),
              nw = *(here - geometry.row - geometry.channels);
    const Surroundings around = photograph_around(here, geometry, off[band]);
    *here = code(band * bands.length + place, around.context, around.guess);
    off[band] = *here - median_guess(w, n, nw);
  });
}

template <class Word>
Bytes write_mode(const Geometry& geometry, std::span<const Word> values) {
  ContextCollector collector(values.size(), geometry.contexts());
  walk(values.size(), geometry, [&](std::size_t position, unsigned context, int guess) {
    const auto value = static_cast<std::uint8_t>(values[position]);
    collector.put(context, static_cast<std::uint8_t>(value - guess));
    return value;
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
  ContextDecoder decoder;
  if (!decoder.open(in, values.size(), geometry.contexts())) return false;
  walk(values.size(), geometry, [&](std::size_t position, unsigned context, int guess) {
    const auto value = static_cast<std::uint8_t>(decoder.next(context) + guess);
    values[position] = value;
    return value;
  });
  return decoder.finished();
}

#define DAYBREAK_INSTANTIATE(Word)                                                   \
  template bool write_pixels(const ArrayShape&, std::span<const Word>, ByteWriter&); \
  template bool read_pixels(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
