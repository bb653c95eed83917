#include "libcore/io/array.h"

#include <array>

#include "libcore/base/error.h"

namespace daybreak::io {
namespace {

struct DTypeText {
  DType type;
  std::string_view name, numpy;
  std::size_t bytes;
};

constexpr std::array<DTypeText, 15> kTypes{{
    {DType::boolean, "BOOL", "bool", 1}, {DType::u8, "U8", "uint8", 1}, {DType::i8, "I8", "int8", 1},
    {DType::u16, "U16", "uint16", 2}, {DType::i16, "I16", "int16", 2}, {DType::u32, "U32", "uint32", 4},
    {DType::i32, "I32", "int32", 4}, {DType::u64, "U64", "uint64", 8}, {DType::i64, "I64", "int64", 8},
    {DType::f8_e4m3, "F8_E4M3", "float8_e4m3fn", 1}, {DType::f8_e5m2, "F8_E5M2", "float8_e5m2", 1},
    {DType::f16, "F16", "float16", 2}, {DType::bf16, "BF16", "bfloat16", 2}, {DType::f32, "F32", "float32", 4},
    {DType::f64, "F64", "float64", 8},
}};

constexpr std::uint64_t kMostElements = std::uint64_t{1} << 62;

const DTypeText& text_of(DType type) {
  return kTypes[static_cast<std::size_t>(type)];
}

}  // namespace

std::size_t dtype_bytes(DType type) {
  return text_of(type).bytes;
}

std::string_view dtype_name(DType type) {
  return text_of(type).name;
}

DType parse_dtype(std::string_view name) {
  std::string known;
  for (const DTypeText& entry : kTypes) {
    if (name == entry.name || name == entry.numpy) return entry.type;
    known += (known.empty() ? "" : " ") + std::string(entry.numpy);
  }
  throw usage_error("expected an element type out of " + known + ", found '" + std::string(name) + "'");
}

std::uint64_t element_count(const Shape& shape, std::string_view where) {
  std::uint64_t count = 1;
  for (const std::uint64_t extent : shape) {
    if (extent != 0 && count > kMostElements / 8 / extent)
      throw data_error(std::string(where), "the shape has more elements than 64 bits can count");
    count *= extent;
  }
  return count;
}

std::uint64_t ArrayInfo::bytes() const {
  return element_count(shape, name) * dtype_bytes(type);
}

std::string type_and_shape(const ArrayInfo& array) {
  std::string extents;
  for (const std::uint64_t extent : array.shape) extents += (extents.empty() ? "" : ",") + std::to_string(extent);
  return std::string(dtype_name(array.type)) + " [" + extents + "]";
}

}  // namespace daybreak::io
