#include "libcore/codecs/median.h"

#include <algorithm>
#include <array>

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

/// median_guess() without branches, for nobody foresees where a value lies: where the corner is above the value above,
/// all are taken from the other end of their range, so that one case is left for a choice.
template <class Word>
Word chosen_guess(Word left, Word above, Word corner) {
  const Word turned = static_cast<Word>(0 - static_cast<Word>(above < corner));
  const Word high = above ^ turned, low = corner ^ turned, near = left ^ turned;
  const Word larger = std::max(near, high), plane = static_cast<Word>(near + (high - low));
  return plane ^ ((plane ^ larger) & static_cast<Word>(0 - static_cast<Word>(near >= low))) ^ turned;
}

/// Places [from, to) of a row from their residuals; those before them are known, and the row above.
template <class Word>
void fill_row(Word* row, std::size_t length, std::size_t from, std::size_t to) {
  const Word* const above = row - length;
  for (std::size_t i = from; i < to; ++i)
    row[i] = static_cast<Word>(chosen_guess(row[i - 1], above[i], above[i - 1]) + unzigzag(row[i]));
}

/// Rows whose first values are known, each a place behind the one above it: a value waits for the one before it, but
/// the rows do not wait for each other.
constexpr std::size_t kTogether = 4;
template <class Word>
void fill_rows(Word* rows, std::size_t length) {
  if (length <= kTogether) {
    for (std::size_t r = 0; r < kTogether; ++r) fill_row(rows + r * length, length, 1, length);
    return;
  }
  std::array<Word, kTogether> left, above;  // before each row's place, and over that
  for (std::size_t r = 0; r < kTogether; ++r) fill_row(rows + r * length, length, 1, kTogether - r);
  for (std::size_t r = 0; r < kTogether; ++r) {
    const Word* const before = rows + r * length + kTogether - 1 - r;
    left[r] = before[0], above[r] = *(before - length);
  }
  const Word* const over = rows - length;
  for (std::size_t i = kTogether; i < length; ++i) {
#pragma GCC unroll 4
    for (std::size_t k = 0; k < kTogether; ++k) {  // the lowest first: it wants what the one above it was
      const std::size_t r = kTogether - 1 - k;
      Word& value = rows[r * length + i - r];
      const Word up = r > 0 ? left[r - 1] : over[i];
      left[r] = static_cast<Word>(chosen_guess(left[r], up, above[r]) + unzigzag(value));
      above[r] = up;
      value = left[r];
    }
  }
  for (std::size_t r = 1; r < kTogether; ++r) fill_row(rows + r * length, length, length - r, length);
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
  Word before = 0;
  for (Word& value : values.first(std::min(row, values.size())))
    value = before = static_cast<Word>(before + unzigzag(value));
  for (std::size_t start = row; start < values.size(); start += row)
    values[start] = static_cast<Word>(unzigzag(values[start]) + values[start - row]);
  std::size_t start = row;
  for (; start + kTogether * row <= values.size(); start += kTogether * row) fill_rows(values.data() + start, row);
  for (; start < values.size(); start += row)
    fill_row(values.data() + start, row, 1, std::min(row, values.size() - start));
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                                            \
  template bool predict_median(const ArrayShape&, Words<Word>&, ByteWriter&); \
  template bool unpredict_median(std::span<Word>, ByteReader&);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
