#pragma once
// What tells that parts were cut out of the same inputs. Only shard.cpp and tests include this.
#include <string>
#include <vector>

#include "libcore/dataset/compress.h"

namespace daybreak::dataset {

/// 32 hexadecimal digits over the names, formats, types, shapes, attributes and literals of the inputs, over 64 blocks
/// of 4 KiB at equal distances of the elements of all arrays, and over the options. It tells other inputs from these,
/// not every changed element. Errors: those of the sources.
std::string fingerprint(const std::vector<CompressInput>& inputs, const std::string& options);

}  // namespace daybreak::dataset
