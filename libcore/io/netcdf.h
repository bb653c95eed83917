#pragma once
// Classic NetCDF files: CDF-1, CDF-2 (64-bit offsets) and CDF-5 (64-bit data), after the NetCDF Classic Format
// Specification and its CDF-5 extension. NetCDF-4 files are HDF5.
#include <memory>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// One array a variable, its attributes under its name, those of the file under ""; values only. Characters are U8. A
/// variable over the record dimension has the number of records as its first extent. Errors: Error (data).
ArrayFile open_netcdf(const std::shared_ptr<const InputFile>& file);

}  // namespace daybreak::io
