#pragma once
// Rows of an array from all over it, before and after a loss, as numbers.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/io/array.h"

namespace daybreak::dataset {

/// [rows, columns] as integrity.h counts them. Depends on the array alone, not on chunks or threads.
struct RowSample {
  std::uint64_t rows = 0, columns = 0;
  std::vector<double> original, decoded;
  std::vector<std::uint64_t> whole;  // rows without NaN, infinities and missing values
  std::vector<double> missing;

  std::span<const double> original_row(std::uint64_t row) const { return row_of(original, row); }
  std::span<const double> decoded_row(std::uint64_t row) const { return row_of(decoded, row); }

 private:
  std::span<const double> row_of(const std::vector<double>& values, std::uint64_t row) const {
    return std::span(values).subspan(row * columns, columns);
  }
};

/// At most about a million values: all rows, or 64 runs of rows at equal distances. Both sources have the same type, a
/// real one, and shape.
RowSample sample_rows(const io::ArraySource& original, const io::ArraySource& decoded, std::vector<double> missing);

}  // namespace daybreak::dataset
