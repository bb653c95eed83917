#pragma once
// IDX files, as MNIST is published: two zero bytes, a type, the number of dimensions, big-endian extents and data.
#include <memory>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// True where the header is an IDX header and the file has exactly the bytes that it promises.
bool is_idx(const InputFile& file);
/// The one array, named "data". Errors: Error (data).
ArrayFile open_idx(const std::shared_ptr<const InputFile>& file);

}  // namespace daybreak::io
