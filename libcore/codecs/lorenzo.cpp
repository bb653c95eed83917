#include "libcore/codecs/lorenzo.h"

#include <algorithm>

namespace daybreak::codecs {
namespace {

/// The end of the row or plane that `at` lies in.
std::size_t end_of(std::size_t at, std::size_t extent, std::size_t size) {
  return std::min(at / extent * extent + extent, size);
}

/// values[i] -= values[i - distance] for all but the first `distance` of each run of `extent`, last first.
template <class Word>
void subtract(Words<Word>& values, std::size_t distance, std::size_t extent) {
  for (std::size_t start = 0; start < values.size(); start = end_of(start, extent, values.size()))
    for (std::size_t i = end_of(start, extent, values.size()); i-- > start + distance;)
      values[i] = static_cast<Word>(values[i] - values[i - distance]);
}

template <class Word>
void add(std::span<Word> values, std::size_t distance, std::size_t extent) {
  for (std::size_t start = 0; start < values.size(); start = end_of(start, extent, values.size()))
    for (std::size_t i = start + distance; i < end_of(start, extent, values.size()); ++i)
      values[i] = static_cast<Word>(values[i] + values[i - distance]);
}

}  // namespace

template <class Word>
bool predict_lorenzo(const ArrayShape& shape, Words<Word>& values, ByteWriter& parameters) {
  if (shape.plane == 0) return false;
  parameters.varint(shape.row);
  parameters.varint(shape.plane);
  subtract(values, 1, shape.row);
  subtract(values, shape.row, shape.plane);
  subtract(values, shape.plane, values.size());
  for (Word& value : values) value = zigzag(value);
  return true;
}

template <class Word>
bool unpredict_lorenzo(std::span<Word> values, ByteReader& parameters) {
  const std::uint64_t most = std::max<std::size_t>(1, values.size());
  const auto row = static_cast<std::size_t>(parameters.varint(most)),
             plane = static_cast<std::size_t>(parameters.varint(most));
  if (!parameters.finished() || row == 0 || plane < row) return false;
  for (Word& value : values) value = unzigzag(value);
  add(values, plane, values.size());
  add(values, row, plane);
  add(values, 1, row);
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                                             \
  template bool predict_lorenzo(const ArrayShape&, Words<Word>&, ByteWriter&); \
  template bool unpredict_lorenzo(std::span<Word>, ByteReader&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
