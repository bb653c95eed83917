#pragma once
// Elements of the real types as double, which holds each of them exactly.
#include <cstddef>
#include <span>

#include "libcore/io/array.h"

namespace daybreak::dataset {

/// out.size() elements of a real type (f16, bf16, f32, f64), little-endian. Error (bug) for another type.
void to_doubles(io::DType type, std::span<const std::byte> bytes, std::span<double> out);

/// The reverse, rounded to nearest even.
void from_doubles(io::DType type, std::span<const double> values, std::span<std::byte> out);

}  // namespace daybreak::dataset
