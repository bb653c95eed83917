#pragma once
// The lossy form of real numbers: rounding to multiples of a power of two, one step a column. The rounded value is
// exact in the array's own type and ends in zero bits, so that any lossless form of it is small and any reader reads
// it.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "libcore/io/array.h"

namespace daybreak::dataset {

struct Rounding {
  std::vector<double> steps;         // powers of two; one for each column, or one for all; 0: exact, infinite: no bound
  std::optional<int> mantissa_bits;  // at least so many bits behind the leading one stay
  std::vector<double> missing;       // values that stand for a missing one, such as 1e34 or -9999, and stay exact
};

inline bool is_missing(double x, std::span<const double> missing) {
  for (const double value : missing)
    if (x == value) return true;
  return false;
}

/// The multiple of `step` next to x, ties to even; 0 is +0. x itself where it is 0, not finite, or `step` is 0.
double round_to_step(double x, double step);
/// 2^(exponent of x - bits): multiples of it keep `bits` bits behind the leading one of x.
double relative_step(double x, int bits);

/// Rounds the elements of a part of an array that begins at `first_element`; `in` and `out` may be the same bytes.
void round_elements(io::DType type, const Rounding& rounding, std::uint64_t first_element,
                    std::span<const std::byte> in, std::span<std::byte> out);

/// An array as it is after rounding.
class RoundedSource : public io::ArraySource {
 public:
  RoundedSource(std::shared_ptr<const io::ArraySource> exact, Rounding rounding);
  const io::ArrayInfo& info() const override { return exact_->info(); }
  void read(std::uint64_t offset, std::span<std::byte> out) const override;

 private:
  std::shared_ptr<const io::ArraySource> exact_;
  Rounding rounding_;
};

}  // namespace daybreak::dataset
