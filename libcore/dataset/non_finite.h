#pragma once
// NaN and infinities among numbers: how many there are, and what to do about them.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/io/array.h"

namespace daybreak::dataset {

struct CompressInput;
struct Surroundings;

struct NonFiniteCount {
  std::uint64_t nan = 0, infinite = 0;
  bool any() const { return nan + infinite > 0; }
  void add(const NonFiniteCount& other) { nan += other.nan, infinite += other.infinite; }
};

/// Can an element of that type be NaN?
bool has_nan(io::DType type);
/// Of any type; whole elements.
NonFiniteCount count_non_finite(io::DType type, std::span<const std::byte> bytes);

/// Error (data, naming input, array and index) for the first number of the inputs that is not finite.
void refuse_non_finite(const std::vector<CompressInput>& inputs, const Surroundings& around);

/// Leaves out the samples (samples.h) of the only input that hold a number that is not finite, in any of its arrays and
/// columns, and notes how many. The text of CSV and JSON Lines loses their records; an input of another format that
/// lost any comes back as its arrays. Errors: Error (usage) for several inputs, whose samples would no longer lie side
/// by side, and for samples that have names; Error (data) where the arrays are no samples.
void drop_non_finite(std::vector<CompressInput>& inputs, const Surroundings& around);

}  // namespace daybreak::dataset
