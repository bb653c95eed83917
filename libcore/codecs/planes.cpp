#include "libcore/codecs/planes.h"

#include <algorithm>
#include <bit>

#include "libcore/codecs/scratch.h"
#include "libcore/codecs/symbols.h"

namespace daybreak::codecs {
namespace {

SideContexts contexts_of(const Scratch<std::uint16_t>& above) {
  return above.empty() ? SideContexts{} : SideContexts{above, 256};
}

}  // namespace

template <class Word>
void write_planes(std::span<const Word> values, ByteWriter& out) {
  Word all = 0;
  for (const Word value : values) all |= value;
  const unsigned planes = (static_cast<unsigned>(std::bit_width(all)) + 7) / 8;
  out.byte(static_cast<std::uint8_t>(planes));
  Bytes symbols(values.size());
  Scratch<std::uint16_t> above;
  for (unsigned plane = planes; plane-- > 0;) {
    for (std::size_t i = 0; i < values.size(); ++i) symbols[i] = static_cast<std::uint8_t>(values[i] >> (8 * plane));
    write_symbols(symbols, contexts_of(above), out);
    above.assign(symbols.begin(), symbols.end());
  }
}

template <class Word>
bool read_planes(ByteReader& in, std::span<Word> values) {
  const unsigned planes = in.byte();
  if (planes > sizeof(Word)) return false;
  std::fill(values.begin(), values.end(), Word{0});
  Scratch<std::uint8_t> symbols(values.size());
  Scratch<std::uint16_t> above;
  for (unsigned plane = planes; plane-- > 0;) {
    if (!read_symbols(in, contexts_of(above), symbols)) return false;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] |= static_cast<Word>(Word{symbols[i]} << (8 * plane));
    if (plane > 0) above.assign(symbols.begin(), symbols.end());
  }
  return in.ok();
}

#define DAYBREAK_INSTANTIATE(Word)                                \
  template void write_planes(std::span<const Word>, ByteWriter&); \
  template bool read_planes(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
