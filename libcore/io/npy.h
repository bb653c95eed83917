#pragma once
// NumPy's .npy files, versions 1 to 3 (NumPy enhancement proposal 1 and numpy.lib.format).
#include <memory>
#include <string_view>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// Opens the one array of a .npy file, named "data". Booleans, integers of 8 to 64 bits and floats of 16 to 64, in either
/// byte order, C or Fortran order. Objects (pickles), structures, text and complex numbers are refused, and so is a file
/// that is longer or shorter than its shape says. Errors: Error (data).
ArrayFile open_npy(const std::shared_ptr<const InputFile>& file);

/// What the header dictionary of a .npy file says.
struct NpyHeader {
  DType type = DType::u8;
  bool big_endian = false;
  bool fortran_order = false;
  Shape shape;
};

/// Parses the dictionary, a Python literal of exactly the keys descr, fortran_order and shape. Error (data).
NpyHeader parse_npy_header(std::string_view text, const std::string& where);

}  // namespace daybreak::io
