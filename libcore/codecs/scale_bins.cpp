#include "libcore/codecs/scale_bins.h"

#include <algorithm>
#include <array>

#include "libcore/codecs/bins.h"
#include "libcore/codecs/context_tables.h"
#include "libcore/codecs/cost.h"

namespace daybreak::codecs {
namespace {

constexpr std::size_t kScales = 16, kShortRow = 64;

std::size_t rows_of(std::size_t count, std::size_t row) {
  return (count + row - 1) / row;
}

/// Mean distances from the middle, in 1/65536 octaves.
using LogScales = std::vector<std::uint64_t>;

/// A log scale for each of `sums` over so many values.
LogScales log_means(std::span<const std::uint64_t> sums, std::uint64_t values) {
  LogScales logs;
  for (const std::uint64_t sum : sums) logs.push_back(log2_cost((sum << 4) / std::max<std::uint64_t>(values, 1) + 1));
  return logs;
}

/// Log scales in kScales classes of one width, an eighth of an octave at least.
Bytes classes_of(const LogScales& logs) {
  const auto [least, most] = std::minmax_element(logs.begin(), logs.end());
  const std::uint64_t width = std::max<std::uint64_t>((*most - *least) / kScales + 1, kOneBit / 8);
  Bytes classes;
  for (const std::uint64_t log : logs) classes.push_back(static_cast<std::uint8_t>((log - *least) / width));
  return classes;
}

/// Distances from the middle, at most 2^24 so that sums hold.
template <class Word>
std::uint64_t distance(Word value, Word middle) {
  return std::min<std::uint64_t>(value < middle ? middle - value : value - middle, std::uint64_t{1} << 24);
}

struct Scales {
  Bytes columns, rows;
};

template <class Word>
Scales find_scales(std::span<const Word> values, std::size_t row, Word middle) {
  std::vector<std::uint64_t> columns(row);
  for (std::size_t i = 0, c = 0; i < values.size(); ++i, c = c + 1 == row ? 0 : c + 1)
    columns[c] += distance(values[i], middle);
  const std::size_t rows = rows_of(values.size(), row);
  for (std::uint64_t& sum : columns) sum = (sum << 8) / rows + 1;
  std::vector<std::uint64_t> sums(rows);
  // In a row every column counts by its own scale.
  for (std::size_t i = 0, c = 0; i < values.size(); ++i, c = c + 1 == row ? 0 : c + 1)
    sums[i / row] += (distance(values[i], middle) << 12) / columns[c];
  return {classes_of(log_means(columns, 1)), classes_of(log_means(sums, row))};
}

std::vector<std::uint16_t> contexts_of(std::size_t count, std::size_t row, const Scales& scales) {
  std::vector<std::uint16_t> contexts(count);
  for (std::size_t start = 0; start < count; start += row) {
    const std::uint8_t own = scales.rows[start / row];
    for (std::size_t c = 0, end = std::min(row, count - start); c < end; ++c)
      contexts[start + c] = static_cast<std::uint16_t>(kScales * scales.columns[c] + own);
  }
  return contexts;
}

/// From the table of each context that of each value. Rows of one scale are alike.
void fill_tables(std::size_t row, const Scales& scales, ByteSpan table_of, std::span<std::uint8_t> tables) {
  std::array<Bytes, kScales> rows;
  for (std::size_t start = 0; start < tables.size(); start += row) {
    const std::uint8_t own = scales.rows[start / row];
    Bytes& alike = rows[own];
    if (alike.empty())
      for (const std::uint8_t column : scales.columns) alike.push_back(table_of[kScales * column + own]);
    std::copy_n(alike.begin(), std::min(row, tables.size() - start),
                tables.begin() + static_cast<std::ptrdiff_t>(start));
  }
}

bool all_below(const Bytes& classes) {
  return std::all_of(classes.begin(), classes.end(), [](std::uint8_t one) { return one < kScales; });
}

}  // namespace

template <class Word>
bool write_scale_bins(const ArrayShape& shape, std::span<const Word> values, ByteWriter& out) {
  const std::size_t row = shape.row > 0 ? shape.row : kShortRow;
  if (row > kMostContexts || values.empty()) return false;
  Words<Word> sorted(values.begin(), values.end());
  std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
  const Scales scales = find_scales(values, row, sorted[sorted.size() / 2]);
  out.varint(row);
  write_symbols(scales.columns, out);
  write_symbols(scales.rows, out);
  write_numbers(values, out, {contexts_of(values.size(), row, scales), kScales * kScales});
  return true;
}

template <class Word>
bool read_scale_bins(ByteReader& in, std::span<Word> values) {
  const auto row = static_cast<std::size_t>(in.varint(kMostContexts));
  if (row == 0) return false;
  Scales scales{Bytes(row), Bytes(rows_of(values.size(), row))};
  if (!read_symbols(in, scales.columns) || !read_symbols(in, scales.rows)) return false;
  if (!all_below(scales.columns) || !all_below(scales.rows)) return false;
  const auto fill = [&](ByteSpan table_of, std::span<std::uint8_t> tables) {
    fill_tables(row, scales, table_of, tables);
  };
  return read_numbers(in, values, {kScales * kScales, fill});
}

#define DAYBREAK_INSTANTIATE(Word)                                                       \
  template bool write_scale_bins(const ArrayShape&, std::span<const Word>, ByteWriter&); \
  template bool read_scale_bins(ByteReader&, std::span<Word>);
DAYBREAK_INSTANTIATE(std::uint32_t)
DAYBREAK_INSTANTIATE(std::uint64_t)
#undef DAYBREAK_INSTANTIATE

}  // namespace daybreak::codecs
