#pragma once
// Element types as HDF5 keeps them. Only hdf5_writer.cpp includes this.
#include <string>

#include "libcore/dataset/hdf5_handle.h"
#include "libcore/io/array.h"

namespace daybreak::dataset {

/// The type in the file, little-endian: IEEE floats, f16 among them; booleans as h5py's enumeration; what HDF5 has no
/// type for (bfloat16, float8) as unsigned integers of the same width.
Hdf5Handle stored_type(io::DType type, const std::string& path);
/// The name that such an integer array carries as its attribute "dtype"; empty where the stored type says it all.
std::string kept_dtype(io::DType type);
/// Fixed-size UTF-8 text of that many bytes, padded with zeros; HDF5 has no text of length 0, so at least 1.
Hdf5Handle text_type(std::size_t length, const std::string& path);

}  // namespace daybreak::dataset
