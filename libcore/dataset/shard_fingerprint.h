#pragma once
// What tells that parts were cut out of the same inputs. Only shard.cpp and tests include this.
#include <string>
#include <vector>

#include "libcore/dataset/compress.h"

namespace daybreak::dataset {

/// 32 hexadecimal digits over the names, formats, types, shapes, attributes and literals of the inputs, over
/// the elements of each array, of one above 256 KiB 64 blocks of 4 KiB at equal distances, the first and the last
/// included, and over the options. A change between the blocks of a large array is not told. Errors: those of the sources.
std::string fingerprint(const std::vector<CompressInput>& inputs, const std::string& options);

}  // namespace daybreak::dataset
