#pragma once
// How much of an array of real numbers survived a lossy form, measured on what was decoded.
//
// The array is [samples, columns]: the columns are the last extent, or one where the array has a single dimension. For
// each column c, over its finite values x and what was decoded y,
//     NMSE_c = sum (x - y)^2 / sum (x - mean_c)^2,   integrity_c = 1 - NMSE_c,
// which is the coefficient of determination R^2 with the decoded values as the prediction. A column without variance is
// 1 if every value is exact, else 0. NaN (all bits), infinities, the sign of zero and
// values that stand for a missing one (extremes.h) must be the same, or the column's integrity is 0; they are not among
// the finite values above. The array's integrity is that of its worst column.
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "libcore/dataset/quality.h"
#include "libcore/dataset/real_information.h"
#include "libcore/io/array.h"

namespace daybreak::dataset {

/// The sums of one column or of many values, such that those of two parts can be added. Deviations are taken around the
/// first finite value, so that a large mean does not cancel the variance.
struct ErrorSums {
  std::uint64_t count = 0;               // finite originals
  double origin = 0;                     // the first of them
  double deviation = 0, deviation2 = 0;  // sums of (x - origin) and its square
  double error2 = 0;                     // sum of (x - y)^2
  std::uint64_t mismatches = 0;

  void add(double x, double y);
  void add_special(bool same_bits) { mismatches += same_bits ? 0 : 1; }
  void add(const ErrorSums& other);
  double variance_sum() const;  // sum of (x - mean)^2
  double integrity() const;
};

struct ArrayIntegrity;

/// All that the figures of an array are computed from; that of two parts can be added.
struct LossSums {
  std::vector<ErrorSums> columns;
  double low = std::numeric_limits<double>::infinity(), high = -low;  // of the finite originals
  double max_abs = 0, max_rel = 0;

  void add(const LossSums& later);
  ArrayIntegrity result(std::vector<double> missing) const;
};

struct ArrayIntegrity {
  double integrity = 1, median = 1;  // over the columns
  std::uint64_t worst_column = 0;    // the first with the smallest integrity
  std::uint64_t columns = 1;
  double nmse = 0;  // of the whole array around the mean of all its values
  double max_abs_error = 0;
  double max_rel_error = 0;  // |x - y| / |x| where x is not 0; infinite where a 0 changed
  double peak_to_peak = 0;   // of the finite originals
  double mean_square_error = 0;
  std::uint64_t special_mismatches = 0;  // NaN, infinities, missing values and signs of zero that changed
  std::vector<double> missing;           // values that count as missing
  std::optional<ArrayQuality> quality;   // where it was asked for
  std::optional<RealInformation> information;  // where bits were kept by it
  std::optional<LossSums> sums;                // of what all figures but these two were computed

  /// 20 log10(peak_to_peak / rms error), in dB; infinite where nothing changed.
  double psnr_db() const;
};

/// Can an array of this type lose anything? Only real numbers of 16 bits and more.
bool is_real(io::DType type);

/// Columns of an array as this page counts them. An array of over kMostColumns is taken as one column: it is a few long
/// rows, not a table.
inline constexpr std::uint64_t kMostColumns = std::uint64_t{1} << 20;
std::uint64_t columns_of(const io::ArrayInfo& array);

/// Measures one array, or a part of it whose measure can be added to that of the parts before it.
class IntegrityMeter {
 public:
  /// `array.type` must be real. first_element: where in the array (C order) the first bytes of add() lie.
  explicit IntegrityMeter(const io::ArrayInfo& array, std::vector<double> missing = {},
                          std::uint64_t first_element = 0);
  /// The next bytes of both; whole elements, the same length.
  void add(std::span<const std::byte> original, std::span<const std::byte> decoded);
  void add(const IntegrityMeter& later) { sums_.add(later.sums_); }
  ArrayIntegrity result() const;

 private:
  io::DType type_;
  std::vector<double> missing_;
  LossSums sums_;
  std::uint64_t next_column_ = 0;
};

}  // namespace daybreak::dataset
