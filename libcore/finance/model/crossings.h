#pragma once
// Every place in a range at which a curve is zero.
#include <cstddef>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace daybreak::finance {

/// y of many x: x, y: [points]. NaN: no value there.
using Curve = std::function<void(std::span<const double> x, std::span<double> y)>;

enum class CrossingKind {
  crosses,  // the curve passes zero
  touches,  // it comes to zero, to rounding, and turns back
  jumps,    // its sign changes without a zero in between
  stays     // it is zero from `from` to `to`, to the resolution of the search
};
std::string_view crossing_kind_name(CrossingKind kind);

struct Crossing {
  double from, to;  // the same number but for `stays`
  CrossingKind kind;
};

struct Crossings {
  std::vector<Crossing> all;  // ascending
  double undefined_share;     // of the range: where the curve has no value
  double at_low, at_high;     // the curve at the ends of the range
  double resolution;          // two places that are nearer to each other may be missed where the curve does not turn between them
};

/// Searches low .. high, which are finite and low < high, by equal steps, and by as many equal factors beside them where
/// 0 < low and high is far above it; then each change of sign to the last bits, and each turn towards zero for a pair of
/// zeros or a touch. O(steps + 600 * crossings) points.
Crossings find_crossings(const Curve& curve, double low, double high, std::size_t steps = 4096);

}  // namespace daybreak::finance
