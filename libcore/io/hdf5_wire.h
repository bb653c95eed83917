#pragma once
// How the confined child spells an Hdf5Table: tagged items of little-endian fields, each list preceded by its length.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/io/hdf5_table.h"

namespace daybreak::io {

inline constexpr std::string_view kHdf5WireMagic = "DBH5TAB1";

/// What follows in the stream. `fault` carries HDF5's own message and ends it; `end` ends a complete table.
enum class Hdf5Tag : std::uint8_t { dataset = 'D', attribute = 'A', note = 'N', fault = 'F', end = 'E' };

/// Appends items to a buffer that its owner sends on and clears.
class Hdf5WireWriter {
 public:
  void begin();
  void dataset(const Hdf5Dataset& dataset);
  void attribute(const Attribute& attribute);
  void note(std::string_view text);
  void fault(std::string_view text);
  void end();
  std::vector<std::byte>& buffer() { return buffer_; }

 private:
  void raw(std::span<const std::byte> bytes);
  void number(std::uint64_t value, std::size_t bytes);
  void text(std::string_view value);
  void blob(std::span<const std::byte> value);
  void shape(const Shape& value);
  void tag(Hdf5Tag value) { number(static_cast<std::uint64_t>(value), 1); }

  std::vector<std::byte> buffer_;
};

/// Takes the same fields from untrusted bytes: nothing is allocated that the remaining bytes do not hold.
/// Errors: Error (data, naming the file).
class Hdf5WireReader {
 public:
  Hdf5WireReader(std::span<const std::byte> bytes, const std::string& name) : rest_(bytes), name_(name) {}

  void magic();
  Hdf5Tag tag();
  Hdf5Dataset dataset();
  Attribute attribute();
  std::string text();
  bool at_end() const { return rest_.empty(); }

 private:
  std::span<const std::byte> take(std::uint64_t bytes);
  std::uint64_t number(std::size_t bytes);
  /// A length whose items of `item_bytes` each the rest must hold.
  std::size_t length(std::size_t item_bytes);
  std::vector<std::byte> blob();
  Shape shape();
  DType type();
  [[noreturn]] void fail(const std::string& what) const;

  std::span<const std::byte> rest_;
  const std::string& name_;
};

}  // namespace daybreak::io
