#pragma once
// Small arrays of every kind that a training set has, the same on every machine: integers of std::mt19937, whose
// sequence the standard fixes, and of each real number at most one rounded division.
#include <cstddef>
#include <string>
#include <vector>

#include "libcore/io/array.h"

namespace daybreak::test {

struct NamedArray {
  io::ArrayInfo info;
  std::vector<std::byte> data;  // little-endian, C order
};

std::vector<NamedArray> generated_arrays();

}  // namespace daybreak::test
