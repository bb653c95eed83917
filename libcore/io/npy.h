#pragma once
// NumPy's .npy files, versions 1 to 3 (NumPy enhancement proposal 1 and numpy.lib.format).
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/array_file.h"
#include "libcore/io/input_file.h"

namespace daybreak::io {

/// Opens the one array of a .npy file, named "data". Booleans, integers of 8 to 64 bits and floats of 16 to 64, in either
/// byte order, C or Fortran order. Of a structure each field is an array of its own (a structure in it a group), also the
/// bytes between fields, as "padding"; strings of bytes are rows of U8. Objects (pickles), other text and complex numbers
/// are refused, and so is a file that is longer or shorter than its shape says. Errors: Error (data).
ArrayFile open_npy(const std::shared_ptr<const InputFile>& file);

/// The elements that one name stands for.
struct NpyField {
  std::string name;  // within a structure, which "/" leads into
  DType type = DType::u8;
  bool big_endian = false;
  Shape shape = {};  // of each record's part
  std::uint64_t bytes = 0;  // of it
};

/// What the header dictionary of a .npy file says.
struct NpyHeader {
  std::vector<NpyField> fields;  // one that is called "data" unless it is a structure
  bool structure = false;
  bool fortran_order = false;
  Shape shape;
};

/// Parses the dictionary, a Python literal of exactly the keys descr, fortran_order and shape. Error (data).
NpyHeader parse_npy_header(std::string_view text, const std::string& where);

}  // namespace daybreak::io
