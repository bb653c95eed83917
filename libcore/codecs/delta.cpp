#include "libcore/codecs/delta.h"

#include <algorithm>
#include <bit>

#include "libcore/codecs/instruction_sets.h"

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

/// On lines one element apart: the running sums stay in registers.
template <class Word>
void sum_up_neighbors(unsigned order, std::span<Word> values) {
  Word slope = 0, sum = 0;
  if (order == 1)
    for (Word& value : values) value = sum = static_cast<Word>(sum + unzigzag(value));
  else
    for (Word& value : values) {
      slope = static_cast<Word>(slope + unzigzag(value));
      value = sum = static_cast<Word>(sum + slope);
    }
}

/// On lines that run side by side: row by row of them.
template <class Word>
void sum_up_lines(std::span<Word> values, std::size_t distance) {
  constexpr std::size_t kFewLines = 64;
  if (distance < kFewLines) {
    for (std::size_t i = distance; i < values.size(); ++i)
      values[i] = static_cast<Word>(values[i] + values[i - distance]);
    return;
  }
  for (std::size_t start = distance; start < values.size(); start += distance)
    run_vectorized([above = values.data() + start - distance, here = values.data() + start,
                    count = std::min(distance, values.size() - start)]() DAYBREAK_LOOP {
      for (std::size_t i = 0; i < count; ++i) here[i] = static_cast<Word>(here[i] + above[i]);
    });
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
  if (distance == 1) return sum_up_neighbors(order, values), true;
  run_vectorized([values]() DAYBREAK_LOOP {
    for (Word& value : values) value = unzigzag(value);
  });
  for (; order > 0; --order) sum_up_lines(values, distance);
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                                                     \
  template void predict_delta(unsigned, const ArrayShape&, Words<Word>&, ByteWriter&); \
  template bool unpredict_delta(unsigned, std::span<Word>, ByteReader&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
