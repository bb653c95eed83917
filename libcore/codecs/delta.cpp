#include "libcore/codecs/delta.h"

#include <algorithm>
#include <bit>

namespace daybreak::codecs {
namespace {

/// Bits of all differences at that distance, about; every 7th value is looked at.
template <class Word>
std::uint64_t bits_of_deltas(const Words<Word>& values, std::size_t distance) {
  std::uint64_t bits = 0;
  for (std::size_t i = distance; i < values.size(); i += 7)
    bits += static_cast<unsigned>(std::bit_width(zigzag(static_cast<Word>(values[i] - values[i - distance]))));
  return bits;
}

template <class Word>
std::size_t choose_distance(const ArrayShape& shape, const Words<Word>& values) {
  std::size_t best = 1;
  std::uint64_t least = bits_of_deltas(values, 1);
  for (const std::size_t distance : {shape.row, shape.plane})
    if (distance > 1 && distance < values.size())
      if (const std::uint64_t bits = bits_of_deltas(values, distance); bits < least) best = distance, least = bits;
  return best;
}

template <class Word>
void sum_up(std::span<Word> values, std::size_t distance) {
  if (distance == 1) {  // the running sum stays in a register
    Word sum = 0;
    for (Word& value : values) value = sum = static_cast<Word>(sum + value);
    return;
  }
  for (std::size_t i = distance; i < values.size(); ++i)
    values[i] = static_cast<Word>(values[i] + values[i - distance]);
}

}  // namespace

template <class Word>
void predict_delta(unsigned order, const ArrayShape& shape, Words<Word>& values, ByteWriter& parameters) {
  const std::size_t distance = choose_distance(shape, values);
  parameters.varint(distance);
  for (; order > 0; --order)
    for (std::size_t i = values.size(); i-- > distance;)
      values[i] = static_cast<Word>(values[i] - values[i - distance]);
  for (Word& value : values) value = zigzag(value);
}

template <class Word>
bool unpredict_delta(unsigned order, std::span<Word> values, ByteReader& parameters) {
  const auto distance = static_cast<std::size_t>(parameters.varint(std::max<std::size_t>(1, values.size())));
  if (!parameters.finished() || distance == 0) return false;
  for (Word& value : values) value = unzigzag(value);
  for (; order > 0; --order) sum_up(values, distance);
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                                                     \
  template void predict_delta(unsigned, const ArrayShape&, Words<Word>&, ByteWriter&); \
  template bool unpredict_delta(unsigned, std::span<Word>, ByteReader&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
