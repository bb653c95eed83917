#include "libcore/io/raw.h"

#include <utility>

#include "libcore/base/error.h"
#include "libcore/io/file_array.h"

namespace daybreak::io {
namespace {

ArrayFile one_array(const std::shared_ptr<const InputFile>& file, std::string format, ArrayInfo info) {
  ArrayFile result;
  result.name = file->name();
  result.format = std::move(format);
  result.pieces = {{"", 0}};
  result.arrays.push_back(file_array(file, std::move(info)));
  return result;
}

std::string text_of(const Shape& shape) {
  std::string text;
  for (const std::uint64_t extent : shape) text += (text.empty() ? "" : "x") + std::to_string(extent);
  return text.empty() ? "scalar" : text;
}

}  // namespace

ArrayFile open_raw(const std::shared_ptr<const InputFile>& file, const ReadOptions& options) {
  if (!options.dtype)
    throw usage_error(file->name() + ": a raw array needs its element type", "add --dtype, such as --dtype float32, and --shape");
  Shape shape = options.shape.value_or(Shape{0});
  const std::size_t size = dtype_bytes(*options.dtype);
  if (!shape.empty() && shape[0] == 0) {
    const std::uint64_t row = element_count(Shape(shape.begin() + 1, shape.end()), file->name()) * size;
    if (row == 0 || file->size() % row != 0)
      throw data_error(file->name(), "its " + std::to_string(file->size()) + " bytes are no whole number of rows of " +
                                         std::to_string(row) + " bytes", "check --dtype and --shape");
    shape[0] = file->size() / row;
  }
  const std::uint64_t expected = element_count(shape, file->name()) * size;
  if (expected != file->size())
    throw data_error(file->name(), "shape " + text_of(shape) + " of " + std::string(dtype_name(*options.dtype)) + " needs " +
                                       std::to_string(expected) + " bytes, found " + std::to_string(file->size()),
                     "check --dtype and --shape");
  return one_array(file, "raw", {"data", *options.dtype, std::move(shape)});
}

ArrayFile open_text(const std::shared_ptr<const InputFile>& file) {
  const std::uint64_t size = file->size();
  return one_array(file, "text", {"text", DType::u8, {size}});
}

ArrayFile open_bytes(const std::shared_ptr<const InputFile>& file) {
  const std::uint64_t size = file->size();
  return one_array(file, "bytes", {"data", DType::u8, {size}});
}

}  // namespace daybreak::io
