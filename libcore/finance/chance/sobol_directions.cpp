#include "libcore/finance/chance/sobol_directions.h"

#include <bit>
#include <span>

#include "libcore/finance/chance/direction_numbers.h"

namespace daybreak::finance {
namespace {

/// v_k = m_k / 2^k, with m by the recurrence of the dimension's polynomial.
SobolDirections directions(std::span<const std::uint32_t> numbers) {
  const std::uint32_t polynomial = numbers[0];
  const auto degree = static_cast<std::size_t>(std::bit_width(polynomial)) - 1;
  SobolDirections v{};
  for (std::size_t k = 0; k < v.size(); ++k) {
    if (k < degree) {
      v[k] = numbers[k + 1] << (kSobolDigits - 1 - k);
      continue;
    }
    v[k] = v[k - degree] ^ (v[k - degree] >> degree);
    for (std::size_t i = 1; i < degree; ++i)
      if (polynomial >> (degree - i) & 1) v[k] ^= v[k - i];
  }
  return v;
}

}  // namespace

std::vector<SobolDirections> sobol_directions(std::size_t dimensions) {
  std::vector<SobolDirections> all;
  SobolDirections first{};  // van der Corput's: every m is 1
  for (std::size_t k = 0; k < first.size(); ++k) first[k] = std::uint32_t{1} << (kSobolDigits - 1 - k);
  if (dimensions > 0) all.push_back(first);
  for (std::span<const std::uint32_t> rest = direction_numbers(); all.size() < dimensions;) {
    const auto count = static_cast<std::size_t>(std::bit_width(rest[0]));
    all.push_back(directions(rest.first(count)));
    rest = rest.subspan(count);
  }
  return all;
}

}  // namespace daybreak::finance
