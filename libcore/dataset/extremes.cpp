#include "libcore/dataset/extremes.h"

namespace daybreak::dataset {

void Extremes::Side::see(double value, std::uint64_t count, double sign) {
  if (outer_count == 0) {
    outer = value;
    outer_count = count;
  } else if (value == outer) {
    outer_count += count;
  } else if (sign * value < sign * outer) {
    inner = outer;
    has_inner = true;
    outer = value;
    outer_count = count;
  } else if (!has_inner || sign * value < sign * inner) {
    inner = value;
    has_inner = true;
  }
}

void Extremes::see(double value) {
  low_.see(value, 1, 1);
  high_.see(value, 1, -1);
}

void Extremes::add(const Extremes& other) {
  const auto merge = [](Side& mine, const Side& theirs, double sign) {
    if (theirs.outer_count != 0) mine.see(theirs.outer, theirs.outer_count, sign);
    if (theirs.has_inner) mine.see(theirs.inner, 1, sign);
  };
  merge(low_, other.low_, 1);
  merge(high_, other.high_, -1);
}

std::optional<double> Extremes::sentinel() const {
  if (!low_.has_inner) return std::nullopt;
  // What all values but the one in question span, and how far it is from them.
  const double without_high = high_.inner - low_.outer, without_low = high_.outer - low_.inner;
  if (high_.outer_count > 1 && high_.outer - high_.inner > kFar * without_high) return high_.outer;
  if (low_.outer_count > 1 && low_.inner - low_.outer > kFar * without_low) return low_.outer;
  return std::nullopt;
}

}  // namespace daybreak::dataset
