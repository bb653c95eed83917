#include "libcore/io/netcdf.h"

#include <utility>

#include "libcore/io/file_array.h"
#include "libcore/io/netcdf_header.h"

namespace daybreak::io {

ArrayFile open_netcdf(const std::shared_ptr<const InputFile>& file) {
  NetcdfHeader header = read_netcdf_header(*file);
  ArrayFile result;
  result.name = file->name();
  result.format = "netcdf";
  result.attributes = std::move(header.attributes);
  for (NetcdfVariable& variable : header.variables) {
    Placement placement{variable.begin, dtype_bytes(variable.info.type) > 1};
    if (variable.info.bytes() == 0) placement.offset = 0;  // nothing is there to be read
    if (variable.over_records) {
      placement.record_bytes = variable.record_bytes;
      placement.record_step = header.record_step;
    }
    result.arrays.push_back(file_array(file, std::move(variable.info), placement));
  }
  return result;
}

}  // namespace daybreak::io
