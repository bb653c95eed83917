#pragma once
// HDF5 and NetCDF-4 files as arrays and attributes, read without trusting them.
#include <memory>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// Opens an HDF5 file. Arrays are named by their path without the leading "/"; attributes carry their owner's path ("" is
/// the root). The format is "hdf5", or "netcdf" where the file bears NetCDF-4's marks; dimensions of NetCDF-4 that are no
/// variables are left out. bfloat16 and float8 values stored as integers with an attribute `dtype` get their type back,
/// and that attribute is dropped. Links other than hard ones are not followed; they and attributes of types that we have not
/// are named in `notes`.
/// Errors: Error (data) for a broken file, or where a dataset has a type, a storage or a filter that cannot be read:
/// nothing is left out silently. Virtual datasets of whole rows are read where the other files lie in the folder of this
/// one or below (hdf5_mapped.h). A read of several chunks uses up to `threads` threads.
ArrayFile open_hdf5(const std::shared_ptr<const InputFile>& file, std::int64_t threads = 1);

}  // namespace daybreak::io
