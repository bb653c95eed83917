#pragma once
// HDF5 datatypes as element types of ours. For the confined child; handles are HDF5's hid_t.
#include <cstdint>
#include <string>

#include "libcore/io/array.h"

namespace daybreak::io {

struct Hdf5Type {
  DType type = DType::u8;
  bool big_endian = false;
  std::string unsupported;  // the type in words, where none of ours matches it exactly
};

/// What a datatype is: integers of 8 to 64 bits, IEEE floats of 16 to 64, bfloat16, h5py's boolean enumeration.
Hdf5Type classify_type(std::int64_t datatype);

/// A new little-endian datatype handle for one of ours, to let HDF5 convert small values; H5Tclose is the caller's.
std::int64_t little_endian_type(DType type);

}  // namespace daybreak::io
