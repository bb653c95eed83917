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

/// A row: its own sums, and what others add to each place.
template <class Word, class Others>
void sum_up_row(std::span<Word> row, Others others) {
  Word sum = 0;
  for (std::size_t i = 0; i < row.size(); ++i) {
    sum = static_cast<Word>(sum + unzigzag(row[i]));
    row[i] = static_cast<Word>(sum + others(i));
  }
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
  for (std::size_t first = 0; first < values.size(); first += plane)
    for (std::size_t start = first, end = std::min(first + plane, values.size()); start < end; start += row) {
      const auto here = values.subspan(start, std::min(row, end - start));
      const Word* const above = here.data() - (start > first ? row : 0);
      const Word* const before = here.data() - (first > 0 ? plane : 0);
      const Word* const corner = before - (start > first ? row : 0);
      if (start > first && first > 0)
        sum_up_row(here, [=](std::size_t i) { return static_cast<Word>(above[i] + before[i] - corner[i]); });
      else if (start > first || first > 0)
        sum_up_row(here, [=](std::size_t i) { return corner[i]; });
      else
        sum_up_row(here, [](std::size_t) { return Word{0}; });
    }
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                                             \
  template bool predict_lorenzo(const ArrayShape&, Words<Word>&, ByteWriter&); \
  template bool unpredict_lorenzo(std::span<Word>, ByteReader&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
