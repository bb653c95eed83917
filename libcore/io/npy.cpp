#include "libcore/io/npy.h"

#include <algorithm>
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

/// Bytes of a record: all fields of a structure, or one element.
std::uint64_t record_bytes(const NpyHeader& header, const std::string& where) {
  std::uint64_t bytes = 0;
  for (const NpyField& field : header.fields) {
    bytes += std::min(field.bytes, kMostRecordBytes + 1);
    if (bytes > kMostRecordBytes)
      throw data_error(where, "a record has over " + std::to_string(kMostRecordBytes) + " bytes",
                       "save one array for each field with numpy.save");
  }
  if (bytes == 0) throw data_error(where, "the structure has no bytes");
  return bytes;
}

/// Adds an array for each field.
void add_arrays(const std::shared_ptr<const InputFile>& file, const NpyHeader& header, Placement placement,
                ArrayFile& result) {
  for (const NpyField& field : header.fields) {
    ArrayInfo info{field.name, field.type, header.shape};
    info.shape.insert(info.shape.end(), field.shape.begin(), field.shape.end());
    const bool any = element_count(info.shape, file->name()) > 0;
    placement.big_endian = field.big_endian;
    if (header.structure) placement.record_bytes = field.bytes;
    result.arrays.push_back(file_array(file, std::move(info), any ? placement : Placement{}));
    placement.offset += field.bytes;
  }
}

}  // namespace

ArrayFile open_npy(const std::shared_ptr<const InputFile>& file) {
  std::uint64_t header_offset = 0;
  const std::uint64_t begin = data_offset(*file, header_offset);
  const NpyHeader header = parse_npy_header(file->text_at(header_offset, begin - header_offset), file->name());
  Shape all = header.shape;
  all.push_back(record_bytes(header, file->name()));
  const std::uint64_t found = file->size() - begin, expected = element_count(all, file->name());
  if (found != expected)
    throw data_error(file->name(), "the shape needs " + std::to_string(expected) + " bytes of data, found " + std::to_string(found),
                     found < expected ? "is the file cut short?" : "several arrays in one file are not supported");
  const bool column_major = header.fortran_order && header.shape.size() > 1;
  if (column_major && header.structure)
    throw data_error(file->name(), "structures in Fortran order are not supported",
                     "save numpy.ascontiguousarray() of the array");
  ArrayFile result;
  result.name = file->name();
  result.format = "npy";
  add_arrays(file, header, {begin, false, column_major, 0, all.back()}, result);
  Piece elements{"", 0, header.fields[0].big_endian, column_major};
  if (header.structure) {
    elements = {"", 0};
    elements.records = element_count(header.shape, file->name());
    for (const NpyField& field : header.fields) elements.fields.push_back(field.big_endian);
  }
  result.pieces = {{file->text_at(0, begin)}, std::move(elements)};
  return result;
}

}  // namespace daybreak::io
