#pragma once
// How many bits of real numbers are information and not noise, after Kloewer, Razinger, Dominguez, Dueben and Palmer,
// "Compressing atmospheric data into its real information content" (Nature Computational Science, 2021): the mutual
// information of each bit of neighboring values. It needs an axis along which neighbors resemble each other, which rows
// of features in random order have not.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "libcore/io/array.h"
#include "libcore/io/json.h"

namespace daybreak::dataset {

struct RealInformation {
  std::uint64_t axis = 0;   // along which neighbors share the most
  double bits = 0;          // of real information in a value
  int mantissa_bits = 0;    // that hold the wanted share of it, with sign and exponent
  bool artificial = false;  // the last quarter of the mantissa has some: the values were rounded before
};

/// The mantissa bits that hold `share` of the real information, on up to kInformationSample values from all over the
/// array. Bits whose information may be chance (at 99 %) have none. Nothing where neighbors share nothing. `array` must be of real numbers. Errors: those of the source.
std::optional<RealInformation> real_information(const io::ArraySource& array, double share,
                                                const std::vector<double>& missing);
inline constexpr std::uint64_t kInformationSample = std::uint64_t{1} << 21;

/// The largest |x - y| / |x| of rounding to so many mantissa bits.
double rounding_bound(const RealInformation& information);

/// The object "real_information" of records, and the reverse. Errors: Error (data).
io::Json information_json(const RealInformation& information);
RealInformation parse_information(const io::Json& json);

}  // namespace daybreak::dataset
