#pragma once
// NumPy's .npz files: zip archives of .npy files.
#include <memory>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// One array a member, named as the member without ".npy"; values only. Members may be stored or deflated; another kind of
/// file in the archive is an error. Errors: Error (data).
ArrayFile open_npz(const std::shared_ptr<const InputFile>& file);

}  // namespace daybreak::io
