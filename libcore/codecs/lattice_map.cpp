#include "libcore/codecs/lattice_map.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/exact_values.h"
#include "libcore/codecs/instruction_sets.h"
#include "libcore/codecs/reals.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kMostColumns = 4096;

template <class Word>
using Signed = std::conditional_t<sizeof(Word) == 8, std::int64_t, std::int32_t>;

/// Beyond it a number of steps is not taken: sums of two still fit a word.
template <class Word>
constexpr double kMostSteps = sizeof(Word) == 8 ? 0x1p52 : 0x1p28;

bool usable(std::span<const double> steps) {
  return std::all_of(steps.begin(), steps.end(),
                     [](double step) { return step > 0 && step < std::numeric_limits<double>::infinity(); });
}

template <class Word>
Word element_at(ElementType type, Signed<Word> steps, double step) {
  return bits_of<Word>(type, static_cast<Real<Word>>(static_cast<double>(steps) * step));
}

/// The elements of a row from their steps above the centers.
template <class Word>
void take_row(ElementType type, std::span<Word> row, std::span<const Word> centers, std::span<const double> steps) {
  Word* const to = row.data();
  const auto element = [=](std::size_t i) {
    return static_cast<Real<Word>>(static_cast<double>(static_cast<Signed<Word>>(to[i] + centers[i])) * steps[i]);
  };
  if (element_info(type).bytes == sizeof(Word))
    run_vectorized([=, count = row.size()]() DAYBREAK_LOOP {
      for (std::size_t i = 0; i < count; ++i) to[i] = std::bit_cast<Word>(element(i));
    });
  else
    for (std::size_t i = 0; i < row.size(); ++i) to[i] = bits_of<Word>(type, element(i));
}

/// Calls visit(place, column) for all places.
template <class Visit>
void for_each_place(std::size_t count, std::size_t columns, Visit visit) {
  for (std::size_t start = 0; start < count; start += columns)
    for (std::size_t c = 0, end = std::min(columns, count - start); c < end; ++c) visit(start + c, c);
}

/// The mean of each column, in steps.
template <class Word>
Words<Word> column_centers(std::span<const Word> values, std::size_t columns) {
  std::vector<double> sums(columns);
  for_each_place(values.size(), columns, [&](std::size_t i, std::size_t c) {
    sums[c] += static_cast<double>(static_cast<Signed<Word>>(values[i]));
  });
  Words<Word> centers(columns);
  for (std::size_t c = 0; c < columns; ++c) {
    const std::size_t rows = (values.size() - c + columns - 1) / columns;
    centers[c] = static_cast<Word>(static_cast<Signed<Word>>(std::floor(sums[c] / static_cast<double>(rows) + 0.5)));
  }
  return centers;
}

template <class Word>
void write_centers(Words<Word> centers, ByteWriter& out) {
  for (Word& center : centers) center = zigzag(center);
  write_numbers<Word>(centers, out);
}

}  // namespace

template <class Word>
bool map_lattice(ElementType type, const ArrayShape& shape, ByteSpan data, const Loss& loss, bool centered,
                 Words<Word>& values, ByteWriter& parameters, std::span<std::uint8_t> decoded) {
  const bool own_steps = !loss.column_scale.empty();
  if (own_steps && loss.column_scale.size() != shape.last) return false;
  const std::size_t columns = own_steps ? shape.last : centered && shape.row > 1 ? shape.row : 1;
  if (columns > kMostColumns && own_steps) return false;
  std::vector<double> steps(own_steps ? columns : 1, loss.step);
  for (std::size_t c = 0; own_steps && c < columns; ++c) steps[c] *= loss.column_scale[c];
  if (!usable(steps)) return false;

  Words<Word> bits = load_elements<Word>(type, data), kept;
  Bytes exact = kept_exactly<Word>(type, bits, loss.missing);
  values.resize(bits.size());
  Signed<Word> before = 0;
  for_each_place(bits.size(), columns, [&](std::size_t i, std::size_t c) {
    const double step = steps[own_steps ? c : 0], number = static_cast<double>(real_of<Word>(type, bits[i]));
    const double whole = std::floor(number / step + 0.5);
    bool held = !exact[i] && std::abs(whole) < kMostSteps<Word>;
    if (held) {
      const Word element = element_at<Word>(type, static_cast<Signed<Word>>(whole), step);
      held = is_held<Word>(type, bits[i], element, loss.bound);
      if (held) before = static_cast<Signed<Word>>(whole), bits[i] = element;
    }
    if (!held) exact[i] = 1, kept.push_back(bits[i]);
    values[i] = static_cast<Word>(before);
  });
  store_elements<Word>(type, bits, decoded);

  Words<Word> centers;
  if (centered && columns > 1 && columns <= kMostColumns) centers = column_centers<Word>(values, columns);
  if (!centers.empty())
    for_each_place(values.size(), columns,
                   [&](std::size_t i, std::size_t c) { values[i] = static_cast<Word>(values[i] - centers[c]); });
  const auto least = std::min_element(values.begin(), values.end(), [](Word a, Word b) {
    return static_cast<Signed<Word>>(a) < static_cast<Signed<Word>>(b);
  });
  const Word base = values.empty() ? 0 : *least;
  for (Word& value : values) value = static_cast<Word>(value - base);
  parameters.varint(columns);
  parameters.byte(own_steps);
  for (const double step : steps) parameters.fixed(std::bit_cast<std::uint64_t>(step));
  parameters.byte(!centers.empty());
  if (!centers.empty()) write_centers(centers, parameters);
  parameters.varint(zigzag(base));
  parameters.varint(shape.plane);
  write_exact<Word>(shape, exact, kept, parameters);
  return true;
}

template <class Word>
bool unmap_lattice(ElementType type, std::span<Word> values, ByteReader& parameters, std::span<std::uint8_t> out) {
  if (!is_real_number(type)) return false;
  const auto columns = static_cast<std::size_t>(parameters.varint(std::max<std::size_t>(1, values.size())));
  const bool own_steps = parameters.byte() == 1;
  if (columns == 0 || (own_steps && columns > kMostColumns)) return false;
  std::vector<double> steps(own_steps ? columns : 1);
  for (double& step : steps) step = std::bit_cast<double>(parameters.fixed<std::uint64_t>());
  const bool centered = parameters.byte() == 1;
  if (!parameters.ok() || !usable(steps) || (centered && columns > kMostColumns)) return false;
  Words<Word> centers(centered ? columns : 0);
  if (!read_numbers<Word>(parameters, centers)) return false;
  const auto base = unzigzag(static_cast<Word>(parameters.varint(static_cast<Word>(~Word{0}))));
  const auto plane = static_cast<std::size_t>(parameters.varint(values.size()));
  ExactValues<Word> exact;
  if (!parameters.ok() || !read_exact<Word>(parameters, values.size(), plane, exact) || !parameters.finished())
    return false;
  for (Word& center : centers) center = static_cast<Word>(unzigzag(center) + base);
  if (!centered) centers.assign(1, base);
  // Columns side by side, as many as make a loop worth while.
  constexpr std::size_t kAtOnce = 512;
  const std::size_t period = std::max(centers.size(), steps.size()), width = (kAtOnce + period - 1) / period * period;
  for (std::size_t i = centers.size(); i < width; ++i) centers.push_back(centers[centered ? i % period : 0]);
  for (std::size_t i = steps.size(); i < width; ++i) steps.push_back(steps[own_steps ? i % period : 0]);
  for (std::size_t start = 0; start < values.size(); start += width)
    take_row<Word>(type, values.subspan(start, std::min(width, values.size() - start)), centers, steps);
  store_elements<Word>(type, values, out);
  exact.store(type, out);
  return true;
}

#define DAYBREAK_INSTANTIATE(Word)                                                                                  \
  template bool map_lattice(ElementType, const ArrayShape&, ByteSpan, const Loss&, bool, Words<Word>&, ByteWriter&, \
                            std::span<std::uint8_t>);                                                               \
  template bool unmap_lattice(ElementType, std::span<Word>, ByteReader&, std::span<std::uint8_t>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
