#include "libcore/codecs/pixels.h"

#include <algorithm>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/byte_bins.h"
#include "libcore/codecs/photograph.h"
#include "libcore/codecs/scratch.h"
#include "libcore/codecs/symbol_field.h"

namespace daybreak::codecs {
namespace {

enum class Mode : std::uint8_t { values, photograph };

template <class Word>
Bytes as_bytes(std::span<const Word> values) {
  Bytes bytes(values.size());
  std::transform(values.begin(), values.end(), bytes.begin(),
                 [](Word value) { return static_cast<std::uint8_t>(value); });
  return bytes;
}

template <class Word>
void write_values(const FieldShape& shape, std::span<const Word> values, ByteWriter& out) {
  const Bins<Word> bins = byte_bins(values);
  Bytes widths;
  for (const Bin<Word>& bin : bins) widths.push_back(bin.width);
  out.byte(static_cast<std::uint8_t>(widths.size() - 1));
  write_symbols(widths, out);
  const Bytes symbols = find_bins(values, bins);
  write_field(shape, symbols, out);
  write_offsets(values, symbols, bins, out);
}

template <class Word>
bool read_byte_bins(ByteReader& in, Bins<Word>& bins) {
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
bool read_values(const FieldShape& shape, ByteReader& in, std::span<Word> values) {
  Bins<Word> bins;
  Scratch<std::uint8_t> symbols(values.size());
  return read_byte_bins(in, bins) && read_field(shape, in, symbols) && read_offsets<Word>(in, symbols, bins, values);
}

template <class Word>
bool read_photograph(const FieldShape& shape, ByteReader& in, std::span<Word> values) {
  Scratch<std::uint8_t> memory(shape.row + values.size());
  std::fill_n(memory.begin(), shape.row, std::uint8_t{0});
  const auto image = std::span(memory).subspan(shape.row);
  if (values.size() % shape.row != 0 || !read_field(shape, in, image)) return false;
  restore_photograph({shape.row, shape.channels}, image);
  std::copy(image.begin(), image.end(), values.begin());
  return true;
}

}  // namespace

template <class Word>
bool write_pixels(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out) {
  if (shape.row < 2 || std::any_of(values.begin(), values.end(), [](Word value) { return value > 255; })) return false;
  FieldShape field{shape.row};
  if (shape.last == shape.row && shape.last <= 4 && shape.plane > 0) field = {shape.plane, shape.last};
  ByteWriter as_values, as_photograph;
  write_values(field, values, as_values);
  write_field(field, photograph_residuals({field.row, field.channels}, as_bytes(values)), as_photograph);
  const Mode mode = as_values.size() <= as_photograph.size() ? Mode::values : Mode::photograph;
  out.byte(static_cast<std::uint8_t>(mode));
  out.byte(static_cast<std::uint8_t>(field.channels));
  out.varint(field.row);
  out.bytes(mode == Mode::values ? as_values.span() : as_photograph.span());
  return true;
}

template <class Word>
bool read_pixels(ByteReader& in, std::span<Word> values) {
  const std::uint8_t mode = in.byte();
  FieldShape shape;
  shape.channels = in.byte();
  shape.row = static_cast<std::size_t>(in.varint(values.size()));
  if (mode > 1 || shape.channels < 1 || shape.channels > 4) return false;
  if (shape.row < shape.channels || shape.row % shape.channels != 0) return false;
  return static_cast<Mode>(mode) == Mode::values ? read_values(shape, in, values) : read_photograph(shape, in, values);
}

#define DAYBREAK_INSTANTIATE(Word)                                                   \
  template bool write_pixels(const ArrayShape&, std::span<const Word>, ByteWriter&); \
  template bool read_pixels(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
