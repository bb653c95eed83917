#include "libcore/codecs/exact_values.h"

#include <algorithm>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/pixels.h"
#include "libcore/codecs/reals.h"

namespace daybreak::codecs {
namespace {

enum class Form : std::uint8_t { gaps, mask, changes };

Bytes write_gaps(ByteSpan exact) {
  ByteWriter out;
  Words<std::uint64_t> gaps;
  std::uint64_t gap = 0;
  for (const std::uint8_t one : exact)
    if (one != 0)
      gaps.push_back(std::exchange(gap, 0));
    else
      ++gap;
  out.byte(static_cast<std::uint8_t>(Form::gaps));
  write_numbers<std::uint64_t>(gaps, out);
  return out.take();
}

/// Empty where the array has no rows.
Bytes write_mask(const ArrayShape& shape, ByteSpan exact, Form form) {
  ByteWriter out;
  Words<std::uint32_t> mask(exact.begin(), exact.end());
  if (form == Form::changes)
    for (std::size_t i = mask.size(); i-- > shape.plane;) mask[i] ^= mask[i - shape.plane];
  out.byte(static_cast<std::uint8_t>(form));
  if (!write_pixels<std::uint32_t>(shape, mask, out)) return {};
  return out.take();
}

bool read_gaps(ByteReader& in, std::size_t count, std::vector<std::size_t>& places) {
  Words<std::uint64_t> gaps(places.size());
  if (!read_numbers<std::uint64_t>(in, gaps)) return false;
  std::size_t at = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    if (gaps[i] >= count - at) return false;
    places[i] = at + static_cast<std::size_t>(gaps[i]);
    at = places[i] + 1;
  }
  return true;
}

bool read_mask(ByteReader& in, std::size_t count, std::size_t plane, std::vector<std::size_t>& places) {
  Words<std::uint32_t> mask(count);
  if (!read_pixels<std::uint32_t>(in, mask)) return false;
  std::size_t found = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (plane > 0 && i >= plane) mask[i] ^= mask[i - plane];
    if (mask[i] == 0) continue;
    if (found == places.size()) return false;
    places[found++] = i;
  }
  return found == places.size();
}

}  // namespace

template <class Word>
Bytes kept_exactly(ElementType type, std::span<const Word> bits, std::span<const double> missing) {
  Words<Word> sentinels;
  for (const double value : missing) sentinels.push_back(bits_of<Word>(type, static_cast<Real<Word>>(value)));
  Bytes exact(bits.size());
  for (std::size_t i = 0; i < bits.size(); ++i)
    exact[i] = !std::isfinite(real_of<Word>(type, bits[i])) ||
               std::find(sentinels.begin(), sentinels.end(), bits[i]) != sentinels.end();
  return exact;
}

template <class Word>
void write_exact(const ArrayShape& shape, ByteSpan exact, std::span<const Word> bits, ByteWriter& out) {
  out.varint(bits.size());
  if (bits.empty()) return;
  Bytes best = write_gaps(exact);
  for (const Form form : {Form::mask, Form::changes}) {
    if (form == Form::changes && shape.plane == 0) continue;
    Bytes mask = write_mask(shape, exact, form);
    if (!mask.empty() && mask.size() < best.size()) best.swap(mask);
  }
  out.bytes(best);
  write_numbers<Word>(bits, out);
}

template <class Word>
bool read_exact(ByteReader& in, std::size_t count, std::size_t plane, ExactValues<Word>& exact) {
  exact.places.resize(static_cast<std::size_t>(in.varint(count)));
  exact.bits.resize(exact.places.size());
  if (!in.ok() || exact.places.empty()) return in.ok();
  const auto form = static_cast<Form>(in.byte());
  if (form > Form::changes || (form == Form::changes && plane == 0)) return false;
  const bool read = form == Form::gaps ? read_gaps(in, count, exact.places)
                                       : read_mask(in, count, form == Form::changes ? plane : 0, exact.places);
  return read && read_numbers<Word>(in, exact.bits);
}

#define DAYBREAK_INSTANTIATE(Word)                                                            \
  template Bytes kept_exactly(ElementType, std::span<const Word>, std::span<const double>);   \
  template void write_exact(const ArrayShape&, ByteSpan, std::span<const Word>, ByteWriter&); \
  template bool read_exact(ByteReader&, std::size_t, std::size_t, ExactValues<Word>&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
