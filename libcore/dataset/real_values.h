#pragma once
// Elements as double, which holds those of the real types exactly.
#include <cstddef>
#include <span>

#include "libcore/io/array.h"

namespace daybreak::dataset {

/// out.size() elements of a real type (f16, bf16, f32, f64), little-endian. Error (bug) for another type.
void to_doubles(io::DType type, std::span<const std::byte> bytes, std::span<double> out);

/// Boolean, integers, and the types of to_doubles().
bool is_number(io::DType type);
/// to_doubles() for all of these; integers beyond 2^53 are rounded. Error (bug) for another type.
void numbers_to_doubles(io::DType type, std::span<const std::byte> bytes, std::span<double> out);

/// The reverse of to_doubles(), rounded to nearest even.
void from_doubles(io::DType type, std::span<const double> values, std::span<std::byte> out);

}  // namespace daybreak::dataset
