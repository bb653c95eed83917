#pragma once
// What the parameters of a law may be.
#include <cmath>
#include <string>

#include "libcore/base/error.h"
#include "libcore/io/json.h"

namespace daybreak::finance {

/// Error (data), without a place, unless `holds`: "triangular: expected min <= mode <= max, found ...".
inline void require_law(bool holds, const char* law, const char* wanted, std::initializer_list<double> found) {
  if (holds) return;
  std::string numbers;
  for (const double one : found) numbers += (numbers.empty() ? "" : ", ") + io::Json(one).dump();
  throw data_error({}, std::string(law) + ": expected " + wanted + ", found " + numbers);
}

/// True where all are finite.
inline bool all_finite(std::initializer_list<double> values) {
  for (const double one : values)
    if (!std::isfinite(one)) return false;
  return true;
}

}  // namespace daybreak::finance
