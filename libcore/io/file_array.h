#pragma once
// An array whose elements stand in a file: in one stretch, or record by record.
#include <memory>

#include "libcore/io/array.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// How the elements stand in the file.
struct Placement {
  std::uint64_t offset = 0;
  bool big_endian = false;
  bool column_major = false;
  // Where record_bytes > 0 the array is cut into records of that size (the last may be
  // shorter), which begin every record_step bytes.
  std::uint64_t record_bytes = 0, record_step = 0;
};

/// Throws Error (data, naming file and array) where the file ends before the array does.
std::unique_ptr<ArraySource> file_array(std::shared_ptr<const InputFile> file, ArrayInfo info, Placement placement = {});

/// Throws Error (data) unless `name`, which a file gives to one of its arrays, is UTF-8 of 1 to 4096 bytes without
/// control characters.
void check_array_name(const std::string& name, const std::string& where);

}  // namespace daybreak::io
