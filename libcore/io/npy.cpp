#include "libcore/io/npy.h"

#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/file_array.h"

namespace daybreak::io {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::uint64_t kLongestHeader = std::uint64_t{1} << 20;

/// Where the data begin, after magic, version, length and dictionary; all checked against the file.
std::uint64_t data_offset(const InputFile& file, std::uint64_t& header_offset) {
  if (file.size() < 10 || file.text_at(0, kMagic.size()) != kMagic)
    throw data_error(file.name(), "not a .npy file: it does not begin with \\x93NUMPY");
  const std::string start = file.text_at(6, 2);
  const int major = static_cast<unsigned char>(start[0]), minor = static_cast<unsigned char>(start[1]);
  if (major < 1 || major > 3 || minor != 0)
    throw data_error(file.name(), "expected .npy version 1.0, 2.0 or 3.0, found " + std::to_string(major) + "." + std::to_string(minor));
  const std::size_t width = major == 1 ? 2 : 4;
  const std::string field = file.text_at(8, width);
  std::uint64_t length = 0;
  for (std::size_t i = width; i-- > 0;) length = length << 8 | static_cast<unsigned char>(field[i]);
  header_offset = 8 + width;
  if (length > kLongestHeader || length > file.size() - header_offset)
    throw data_error(file.name(), "the .npy header claims " + std::to_string(length) + " bytes, but the file has " +
                                      std::to_string(file.size() - header_offset) + " after its length", "is the file cut short?");
  return header_offset + length;
}

}  // namespace

ArrayFile open_npy(const std::shared_ptr<const InputFile>& file) {
  std::uint64_t header_offset = 0;
  const std::uint64_t begin = data_offset(*file, header_offset);
  NpyHeader header = parse_npy_header(file->text_at(header_offset, begin - header_offset), file->name());
  element_count(header.shape, file->name());
  ArrayInfo info{"data", header.type, std::move(header.shape)};
  const std::uint64_t found = file->size() - begin, expected = info.bytes();
  if (found != expected)
    throw data_error(file->name(), "the shape needs " + std::to_string(expected) + " bytes of data, found " + std::to_string(found),
                     found < expected ? "is the file cut short?" : "several arrays in one file are not supported");
  const bool column_major = header.fortran_order && info.shape.size() > 1;
  ArrayFile result;
  result.name = file->name();
  result.format = "npy";
  result.pieces = {{file->text_at(0, begin)}, {"", 0, header.big_endian, column_major}};
  result.arrays.push_back(file_array(file, std::move(info), {begin, header.big_endian, column_major}));
  return result;
}

}  // namespace daybreak::io
