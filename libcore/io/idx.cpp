#include "libcore/io/idx.h"

#include <optional>
#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/file_array.h"

namespace daybreak::io {
namespace {

std::optional<DType> type_of(unsigned char code) {
  switch (code) {
    case 0x08: return DType::u8;
    case 0x09: return DType::i8;
    case 0x0B: return DType::i16;
    case 0x0C: return DType::i32;
    case 0x0D: return DType::f32;
    case 0x0E: return DType::f64;
    default: return std::nullopt;
  }
}

struct Header {
  ArrayInfo info;
  std::uint64_t bytes = 0;
};

Header parse(const InputFile& file) {
  const std::string start = file.text_at(0, 4);
  const auto type = type_of(static_cast<unsigned char>(start[2]));
  const std::size_t rank = static_cast<unsigned char>(start[3]);
  if (start[0] != 0 || start[1] != 0 || !type || rank > 64)
    throw data_error(file.name(), "not an IDX file: it begins with neither two zero bytes, a type (8, 9, 11 to 14) nor 0 to 64 dimensions");
  const std::string extents = file.text_at(4, 4 * rank);
  Header header{{"data", *type, Shape(rank)}, 4 + 4 * rank};
  for (std::size_t i = 0; i < 4 * rank; ++i)
    header.info.shape[i / 4] = header.info.shape[i / 4] << 8 | static_cast<unsigned char>(extents[i]);
  element_count(header.info.shape, file.name());
  const std::uint64_t expected = header.info.bytes(), found = file.size() - header.bytes;
  if (expected != found)
    throw data_error(file.name(), "the IDX header promises " + std::to_string(expected) + " bytes of data, found " + std::to_string(found),
                     found < expected ? "is the file cut short?" : "");
  return header;
}

}  // namespace

bool is_idx(const InputFile& file) {
  if (file.size() < 4 || file.text_at(0, 2) != std::string(2, '\0')) return false;
  try {
    return parse(file).info.shape.size() > 0;
  } catch (const Error&) {
    return false;
  }
}

ArrayFile open_idx(const std::shared_ptr<const InputFile>& file) {
  Header header = parse(*file);
  const bool big_endian = dtype_bytes(header.info.type) > 1;
  ArrayFile result;
  result.name = file->name();
  result.format = "idx";
  result.pieces = {{file->text_at(0, header.bytes)}, {"", 0, big_endian}};
  result.arrays.push_back(file_array(file, std::move(header.info), {header.bytes, big_endian}));
  return result;
}

}  // namespace daybreak::io
