#pragma once
// Files without any header: raw arrays whose type the user tells, text, and bytes.
#include <memory>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// The whole file as one array "data" of the given type, little-endian in C order. No shape: one dimension. A first extent
/// of 0 follows from the size of the file. Errors: Error (usage without a type; data where the size does not fit).
ArrayFile open_raw(const std::shared_ptr<const InputFile>& file, const ReadOptions& options);

/// The whole file as one U8 array: "text" of format text, or "data" of format bytes.
ArrayFile open_text(const std::shared_ptr<const InputFile>& file);
ArrayFile open_bytes(const std::shared_ptr<const InputFile>& file);

}  // namespace daybreak::io
