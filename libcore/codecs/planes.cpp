#include "libcore/codecs/planes.h"

#include <algorithm>
#include <bit>

#include "libcore/codecs/scratch.h"
#include "libcore/codecs/symbols.h"

namespace daybreak::codecs {
template <class Word>
void write_planes(std::span<const Word> values, ByteWriter& out) {
  Word all = 0;
  for (const Word value : values) all |= value;
  const unsigned planes = (static_cast<unsigned>(std::bit_width(all)) + 7) / 8;
  out.byte(static_cast<std::uint8_t>(planes));
  Bytes symbols(values.size());
  std::vector<std::uint16_t> above;
  for (unsigned plane = planes; plane-- > 0;) {
    for (std::size_t i = 0; i < values.size(); ++i) symbols[i] = static_cast<std::uint8_t>(values[i] >> (8 * plane));
    write_symbols(symbols, above.empty() ? SideContexts{} : SideContexts{above, 256}, out);
    above.assign(symbols.begin(), symbols.end());
  }
}

template <class Word>
bool read_planes(ByteReader& in, std::span<Word> values) {
  const unsigned planes = in.byte();
  if (planes > sizeof(Word)) return false;
  if (planes == 0) std::fill(values.begin(), values.end(), Word{0});
  Scratch<std::uint8_t> symbols(values.size()), above;
  const auto fill = [&](ByteSpan table_of, std::span<std::uint8_t> tables) {
    const std::uint8_t *const one = table_of.data(), *const over = above.data();
    std::uint8_t* const to = tables.data();
    for (std::size_t i = 0, count = tables.size(); i < count; ++i) to[i] = one[over[i]];
  };
  for (unsigned plane = planes; plane-- > 0;) {
    const bool highest = plane + 1 == planes;
    if (!read_symbols(in, highest ? ContextSource{} : ContextSource{256, fill}, symbols)) return false;
    if (highest)
      std::copy(symbols.begin(), symbols.end(), values.begin());
    else
      run_vectorized([to = values.data(), from = symbols.data(), count = values.size()]() DAYBREAK_LOOP {
        for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<Word>(to[i] << 8 | from[i]);
      });
    symbols.swap(above);
    symbols.resize(values.size());
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
