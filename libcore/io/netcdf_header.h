#pragma once
// The header of a classic NetCDF file, every count checked against the file before anything is allocated.
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

struct NetcdfVariable {
  ArrayInfo info;
  bool over_records = false;
  std::uint64_t begin = 0;         // of its data in the file
  std::uint64_t record_bytes = 0;  // of one record, without padding; all of it where it is not over records
};

struct NetcdfHeader {
  std::vector<NetcdfVariable> variables;
  std::vector<Attribute> attributes;
  std::uint64_t bytes = 0;         // of the header
  std::uint64_t record_step = 0;   // from one record to the next, over all variables
};

/// The header of a classic NetCDF file (CDF-1, CDF-2, CDF-5), checked against the size of the file. Errors: Error (data).
NetcdfHeader read_netcdf_header(const InputFile& file);

}  // namespace daybreak::io
