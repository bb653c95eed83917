#include "libcore/codecs/median.h"

#include <algorithm>

namespace daybreak::codecs {
namespace {

/// Calls step(value, guess) on each value in order, with the guess from what stands before it; step makes the value
/// final.
template <class Word, class Step>
void walk(std::span<Word> values, std::size_t row, Step step) {
  const std::size_t first_row = std::min(row, values.size());
  for (std::size_t i = 0; i < first_row; ++i) step(values[i], i == 0 ? Word{0} : values[i - 1]);
  for (std::size_t start = row; start < values.size(); start += row) {
    step(values[start], values[start - row]);
    Word left = values[start], corner = values[start - row];
    const std::size_t end = std::min(start + row, values.size());
    for (std::size_t i = start + 1; i < end; ++i) {
      const Word above = values[i - row];
      step(values[i], median_guess(left, above, corner));
      left = values[i], corner = above;
    }
  }
}

}  // namespace

template <class Word>
bool predict_median(const ArrayShape& shape, Words<Word>& values, ByteWriter& parameters) {
  if (shape.row < 2) return false;
  parameters.varint(shape.row);
  Words<Word> residuals;
  residuals.reserve(values.size());
  walk(std::span<Word>(values), shape.row,
       [&](Word value, Word guess) { residuals.push_back(zigzag(static_cast<Word>(value - guess))); });
  values.swap(residuals);
  return true;
}

template <class Word>
bool unpredict_median(std::span<Word> values, ByteReader& parameters) {
  const auto row = static_cast<std::size_t>(parameters.varint(std::max<std::size_t>(1, values.size())));
  if (!parameters.finished() || row == 0) return false;
  walk(values, row, [](Word& value, Word guess) { value = static_cast<Word>(unzigzag(value) + guess); });
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                                            \
  template bool predict_median(const ArrayShape&, Words<Word>&, ByteWriter&); \
  template bool unpredict_median(std::span<Word>, ByteReader&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
