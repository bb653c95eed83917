#include "libcore/codecs/grid_map.h"

#include "libcore/codecs/bins.h"
#include "libcore/codecs/common_step.h"
#include "libcore/codecs/grid.h"

namespace daybreak::codecs {
namespace {

template <class Word>
constexpr Word kSign = Word{1} << (8 * sizeof(Word) - 1);

template <class Word>
struct Exceptions {
  Words<std::uint64_t> gaps;
  Words<Word> bits;
};

template <class Word>
Word place_in(bool folded, Word place, bool negative) {
  if (folded) return static_cast<Word>(place << 1 | (negative ? 1 : 0));
  return negative ? kSign<Word> - place : kSign<Word> + place;
}

/// The place of each number, with its sign; numbers in `exceptions` take the place of the one before.
template <class Word>
Words<Word> find_places(bool folded, const GridPlaces<Word>& places, const Words<Word>& bits,
                        Exceptions<Word>& exceptions) {
  Words<Word> found;
  found.reserve(bits.size());
  Word before = place_in<Word>(folded, 0, false);
  std::uint64_t gap = 0;
  for (const Word number : bits) {
    const bool negative = number & kSign<Word>;
    const auto place = places.find(std::bit_cast<Float<Word>>(static_cast<Word>(number & ~kSign<Word>)));
    if (place && (folded || !negative || *place > 0)) {  // in order, there is no place for -0
      before = place_in(folded, *place, negative);
      ++gap;
    } else {
      exceptions.gaps.push_back(std::exchange(gap, 0));
      exceptions.bits.push_back(number);
    }
    found.push_back(before);
  }
  return found;
}

/// The bits of the number at a value; all ones or zeros stand for the sign, so that nothing branches on it.
template <class Word, class Places>
Word number_at(bool folded, const Places& places, Word value) {
  const Word distance = value - kSign<Word>;
  const Word negative = Word{0} - (folded ? value & 1 : static_cast<Word>(value < kSign<Word>));
  const Word place = folded ? value >> 1 : (distance ^ negative) - negative;
  return std::bit_cast<Word>(places.at(place)) | (negative & kSign<Word>);
}

/// Places whose numbers are fractions of a power of two: a product gives what a division would.
template <class Word>
struct BinaryPlaces {
  double unit;
  Float<Word> at(Word place) const {
    return static_cast<Float<Word>>(static_cast<double>(static_cast<std::make_signed_t<Word>>(place)) * unit);
  }
};

template <class Word, class Places>
void store_numbers(bool folded, ElementType type, std::span<const Word> values, const Common<Word>& common,
                   const Places& places, std::span<std::uint8_t> out) {
  if (folded)
    store_elements(type, values, out, [common, places](Word v) { return number_at(true, places, common(v)); });
  else
    store_elements(type, values, out, [common, places](Word v) { return number_at(false, places, common(v)); });
}

template <class Word>
bool is_float(ElementType type) {
  return type == (sizeof(Word) == 8 ? ElementType::f64 : ElementType::f32);
}

}  // namespace

template <class Word>
bool map_grid(bool folded, ElementType type, ByteSpan data, Words<Word>& values, ByteWriter& parameters) {
  if (!is_float<Word>(type)) return false;
  const Words<Word> bits = load_elements<Word>(type, data);
  const std::optional<Grid> grid = choose_grid<Word>(bits);
  if (!grid) return false;
  Exceptions<Word> exceptions;
  values = find_places(folded, GridPlaces<Word>(*grid), bits, exceptions);
  if (exceptions.bits.size() > bits.size() / 8) return false;
  parameters.byte(static_cast<std::uint8_t>(grid->digits));
  parameters.byte(static_cast<std::uint8_t>(grid->decimals));
  parameters.varint(grid->divisor);
  take_common(values, parameters);
  parameters.varint(exceptions.bits.size());
  write_numbers<std::uint64_t>(exceptions.gaps, parameters);
  write_numbers<Word>(exceptions.bits, parameters);
  return true;
}

template <class Word>
bool unmap_grid(bool folded, ElementType type, std::span<const Word> values, ByteReader& parameters,
                std::span<std::uint8_t> out) {
  const Grid grid{parameters.byte(), parameters.byte(), parameters.varint(std::uint64_t{1} << 32)};
  if (!is_float<Word>(type) || grid.digits < 1 || grid.digits > kMostDigits || grid.decimals > kMostDecimals ||
      grid.divisor == 0)
    return false;
  const Common<Word> common(parameters);
  Exceptions<Word> exceptions;
  exceptions.gaps.resize(static_cast<std::size_t>(parameters.varint(values.size())));
  exceptions.bits.resize(exceptions.gaps.size());
  if (!parameters.ok() || !read_numbers<std::uint64_t>(parameters, exceptions.gaps) ||
      !read_numbers<Word>(parameters, exceptions.bits) || !parameters.finished())
    return false;
  if (grid.decimals == 0 && std::has_single_bit(grid.divisor))
    store_numbers(folded, type, values, common, BinaryPlaces<Word>{1 / static_cast<double>(grid.divisor)}, out);
  else
    store_numbers(folded, type, values, common, GridPlaces<Word>(grid), out);
  std::size_t at = 0;
  for (std::size_t i = 0; i < exceptions.gaps.size(); ++i, ++at) {
    if (exceptions.gaps[i] >= values.size() - at) return false;
    at += static_cast<std::size_t>(exceptions.gaps[i]);
    store_little(exceptions.bits[i], out.data() + at * sizeof(Word));
  }
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                                                \
  template bool map_grid(bool, ElementType, ByteSpan, Words<Word>&, ByteWriter&); \
  template bool unmap_grid(bool, ElementType, std::span<const Word>, ByteReader&, std::span<std::uint8_t>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
