#pragma once
// The shape that every input takes on its way into a dataset: named arrays of a fixed element type, read in order.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::io {

/// Element types, spelled as safetensors does ("F32", "BF16", "U8", ...). Boolean is one byte of 0 or 1.
enum class DType : std::uint8_t { boolean, u8, i8, u16, i16, u32, i32, u64, i64, f8_e4m3, f8_e5m2, f16, bf16, f32, f64 };

/// Bytes of one element.
std::size_t dtype_bytes(DType type);
/// Safetensors' spelling.
std::string_view dtype_name(DType type);
/// Throws Error (usage) for an unknown name; also takes NumPy's spellings ("float32", "uint16", "bool").
DType parse_dtype(std::string_view name);

/// Rows first (C order); an empty shape is a scalar.
using Shape = std::vector<std::uint64_t>;
/// The product of the extents; Error (data, naming `where`) where it or its bytes exceed 2^62.
std::uint64_t element_count(const Shape& shape, std::string_view where);

/// What an array is, without its elements.
struct ArrayInfo {
  std::string name;  // unique within its file; "/" separates groups
  DType type = DType::u8;
  Shape shape;
  std::uint64_t bytes() const;  // of all elements
};

/// "F32 [3,4]", for messages.
std::string type_and_shape(const ArrayInfo& array);

/// A source of one array's elements: little-endian, C order, native layout, whatever the file on disk has.
class ArraySource {
 public:
  virtual ~ArraySource() = default;
  virtual const ArrayInfo& info() const = 0;
  /// Fills `out` with the bytes from `offset` on; both within info().bytes(). Thread-safe. Errors: Error (data where the
  /// file is damaged or has become shorter; io).
  virtual void read(std::uint64_t offset, std::span<std::byte> out) const = 0;
  /// The name of the file in which the byte at `offset` stands, where that is another than the array's; else empty.
  virtual std::string file_of([[maybe_unused]] std::uint64_t offset) const { return {}; }
};

}  // namespace daybreak::io
