#include "libcore/codecs/fractions.h"

#include <algorithm>
#include <bit>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/bit_stream.h"
#include "libcore/codecs/fraction_unit.h"
#include "libcore/codecs/scratch.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kContexts = 64;

std::uint8_t context_of(std::uint64_t denominator) {
  return static_cast<std::uint8_t>(std::min<std::uint64_t>(denominator, kContexts - 1));
}

/// A rest below its denominator, which is below 2^32 (0: as if it were 1), in a truncated binary code. Of two streams,
/// so that where the next field begins hangs on denominators alone.
struct RestCode {
  explicit RestCode(std::uint64_t denominator)
      : bits(static_cast<unsigned>(std::bit_width(denominator | 1)) - 1),
        short_ones((std::uint64_t{2} << bits) - denominator) {}
  unsigned bits;
  std::uint64_t short_ones;  // rests that need no bit more
};

struct RestWriter {
  void put(std::uint64_t rest, std::uint64_t denominator) {
    const RestCode code(denominator);
    if (rest < code.short_ones) return fields.put(rest, code.bits);
    fields.put((rest + code.short_ones) / 2, code.bits);
    more.put((rest + code.short_ones) % 2, 1);
  }
  BitWriter fields, more;
};

struct RestReader {
  /// Without a branch on the rest, which none foretells.
  std::uint64_t get(std::uint64_t denominator) {
    const RestCode code(denominator);
    const std::uint64_t field = fields.get(code.bits);
    const std::uint64_t is_long = field >= code.short_ones;
    const std::uint64_t bit = more.get(static_cast<unsigned>(is_long));
    return field + ((field + bit - code.short_ones) & (0 - is_long));
  }
  BitReader fields, more;
};

struct Whole {
  std::int64_t whole;
  std::uint64_t rest;
};

/// Rounded down.
Whole divided(const Fraction& fraction) {
  const auto denominator = static_cast<std::int64_t>(fraction.denominator);
  std::int64_t whole = fraction.numerator / denominator, rest = fraction.numerator % denominator;
  if (rest < 0) rest += denominator, --whole;
  return {whole, static_cast<std::uint64_t>(rest)};
}

/// The streams of the values, as they are written.
struct Streams {
  Words<std::uint32_t> denominators;
  std::vector<std::int64_t> wholes;
  Bytes places;
  std::vector<std::uint64_t> others;
  RestWriter rests;
  std::size_t broken = 0;  // values of a denominator above 1

  void add(std::uint64_t bits, double unit) {
    const auto fraction = fraction_of(std::bit_cast<double>(bits), unit);
    if (!fraction) {
      others.push_back(bits);
      denominators.push_back(0);
      wholes.push_back(wholes.empty() ? 0 : wholes.back());
      places.push_back(kMostPlaces);
      return;
    }
    const auto [whole, rest] = divided(*fraction);
    denominators.push_back(static_cast<std::uint32_t>(fraction->denominator));
    wholes.push_back(whole);
    places.push_back(static_cast<std::uint8_t>(fraction->places + kMostPlaces));
    rests.put(rest, fraction->denominator);
    broken += fraction->denominator > 1;
  }
};

/// True where they are worth it: most are fractions, and not all of them integers, for which there are grids.
bool collect(std::span<const std::uint64_t> values, double unit, Streams& streams) {
  const std::size_t most_others = values.size() / 8;
  for (const std::uint64_t bits : values) {
    streams.add(bits, unit);
    if (streams.others.size() > most_others) return false;
  }
  return streams.broken > values.size() / 32;
}

void store_values(std::span<const std::int64_t> numerators, std::span<const std::uint32_t> denominators,
                  ByteSpan places, double unit, std::span<std::uint8_t> out) {
  // Locals: bytes may alias what a reference leads to, and this loop is to be vectors.
  const std::int64_t* const numerator = numerators.data();
  const std::uint32_t* const denominator = denominators.data();
  const std::uint8_t* const place = places.data();
  std::uint8_t* const to = out.data();
  const std::size_t count = numerators.size();
  run_vectorized([=]() DAYBREAK_LOOP {
    for (std::size_t i = 0; i < count; ++i) {
      const auto bits = std::bit_cast<std::uint64_t>(value_of(numerator[i], denominator[i], unit));
      store_little(bits + place[i] - kMostPlaces, to + i * sizeof bits);
    }
  });
}

}  // namespace

bool write_fractions(ByteSpan data, ByteWriter& out) {
  const auto values = load_elements<std::uint64_t>(ElementType::f64, data);
  std::vector<double> numbers;
  for (const std::uint64_t bits : values) numbers.push_back(std::bit_cast<double>(bits));
  const auto unit = common_unit(numbers);
  Streams streams;
  if (!unit || !collect(values, *unit, streams)) return false;
  const auto [least, most] = std::minmax_element(streams.wholes.begin(), streams.wholes.end());
  if (*most - *least > 0xFFFFFFFF) return false;
  out.fixed(std::bit_cast<std::uint64_t>(*unit));
  out.varint(zigzag(static_cast<std::uint64_t>(*least)));
  out.varint(streams.others.size());
  for (const std::uint64_t bits : streams.others) out.fixed(bits);
  Words<std::uint32_t> wholes;
  for (const std::int64_t whole : streams.wholes) wholes.push_back(static_cast<std::uint32_t>(whole - *least));
  std::vector<std::uint16_t> contexts;
  for (const std::uint32_t denominator : streams.denominators) contexts.push_back(context_of(denominator));
  write_numbers<std::uint32_t>(streams.denominators, out);
  write_numbers<std::uint32_t>(wholes, out);
  write_symbols(streams.places, {contexts, kContexts}, out);
  out.block(streams.rests.fields.finish());
  out.block(streams.rests.more.finish());
  return true;
}

bool read_fractions(ByteReader& in, std::span<std::uint8_t> out) {
  const std::size_t count = out.size() / sizeof(std::uint64_t);
  const auto unit = std::bit_cast<double>(in.fixed<std::uint64_t>());
  const std::uint64_t least = unzigzag(in.varint(~std::uint64_t{0}));
  const auto other_count = static_cast<std::size_t>(in.varint(count));
  ByteReader others(in.bytes(other_count * sizeof(std::uint64_t)));
  Scratch<std::uint32_t> denominators(count), wholes(count);
  Scratch<std::uint8_t> places(count), contexts(count);
  if (!in.ok() || !read_numbers<std::uint32_t>(in, denominators) || !read_numbers<std::uint32_t>(in, wholes))
    return false;
  for (std::size_t i = 0; i < count; ++i) contexts[i] = context_of(denominators[i]);
  if (!read_symbols(in, contexts_as_bytes(contexts, kContexts), places)) return false;
  RestReader rests{BitReader(in.block()), BitReader(in.block())};
  if (!rests.fields.usable() || !rests.more.usable()) return false;
  Scratch<std::int64_t> numerators(count);
  for (std::size_t i = 0; i < count; ++i)
    numerators[i] = static_cast<std::int64_t>((least + wholes[i]) * denominators[i] + rests.get(denominators[i]));
  store_values(numerators, denominators, places, unit, out);
  for (std::size_t i = 0; i < count && others.left() > 0; ++i)
    if (denominators[i] == 0) store_little(others.fixed<std::uint64_t>(), out.data() + i * sizeof(std::uint64_t));
  return others.finished() && rests.fields.finished() && rests.more.finished() && in.finished();
}

}  // namespace daybreak::codecs
