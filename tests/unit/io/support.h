#pragma once
// What the tests of io share: files to read, and arrays as plain bytes and values.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "libcore/io/array_file.h"
#include "libcore/io/layout.h"
#include "tests/support/catch.hpp"
#include "tests/support/scratch_folder.h"

namespace daybreak::io::test {

/// A folder of the real data, or nothing, having said so.
inline std::optional<std::filesystem::path> data_folder(const char* name) {
  const char* root = std::getenv("DAYBREAK_DATA");
  const std::filesystem::path folder = std::filesystem::path(root ? root : "") / name;
  if (root && std::filesystem::exists(folder)) return folder;
  WARN("skipped: DAYBREAK_DATA has no " << name);
  return std::nullopt;
}

using test_support::ScratchFolder;

inline std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string bytes_of(const ArraySource& array) {
  std::string bytes(array.info().bytes(), '\0');
  array.read(0, std::as_writable_bytes(std::span(bytes)));
  return bytes;
}

template <class T>
std::vector<T> values(const ArraySource& array) {
  const std::string bytes = bytes_of(array);
  std::vector<T> result(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(result.data(), bytes.data(), bytes.size());
  return result;
}

/// The original file out of its pieces.
inline std::string restored(const ArrayFile& file) {
  std::string out;
  const SourceOf source_of = [&](std::int64_t array) -> const ArraySource& {
    return *file.arrays.at(static_cast<std::size_t>(array));
  };
  for (const Piece& piece : file.pieces.value())
    write_laid_out(piece, source_of, [&](std::span<const std::byte> part) {
      out.append(reinterpret_cast<const char*>(part.data()), part.size());
    });
  return out;
}

/// A number's bytes, little- or big-endian.
template <class T>
std::string bytes_of_number(T value, bool big_endian = false) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return big_endian ? std::string(bytes.rbegin(), bytes.rend()) : bytes;
}

/// A .npy file, version 1.0, as NumPy writes it; its type is a Python literal.
inline std::string npy_of(const std::string& descr, bool fortran, const std::string& shape, const std::string& data) {
  std::string header = "{'descr': " + descr + ", 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  return std::string("\x93NUMPY\x01\x00", 8) + bytes_of_number(static_cast<std::uint16_t>(header.size())) + header + data;
}

/// The same of numbers, such as "<f4".
inline std::string npy(const std::string& type, bool fortran, const std::string& shape, const std::string& data) {
  return npy_of("'" + type + "'", fortran, shape, data);
}

}  // namespace daybreak::io::test
