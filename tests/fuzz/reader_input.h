#pragma once
// What the fuzz targets of the array readers share: bytes as an input, and what must hold of whatever was accepted.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "libcore/base/error.h"
#include "libcore/io/array_file.h"
#include "libcore/io/layout.h"

namespace daybreak::io::fuzz {

/// The bytes as an open input without a name on disk.
inline std::shared_ptr<const InputFile> input_of(const std::uint8_t* data, std::size_t size) {
  const int descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  if (descriptor < 0 || write(descriptor, data, size) != static_cast<ssize_t>(size)) std::abort();
  return std::make_shared<const InputFile>("input", descriptor);
}

/// An accepted file can be read at both ends of every array, and its pieces are its bytes.
inline void check_accepted(const ArrayFile& file, const std::uint8_t* data, std::size_t size) {
  std::vector<std::byte> block(4096);
  for (const auto& array : file.arrays) {
    const std::uint64_t bytes = array->info().bytes();
    const auto part = std::span(block).first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes, block.size())));
    array->read(0, part);
    array->read(bytes - part.size(), part);
  }
  if (!file.pieces) return;
  std::string restored;
  const SourceOf source_of = [&](std::int64_t array) -> const ArraySource& {
    return *file.arrays.at(static_cast<std::size_t>(array));
  };
  for (const Piece& piece : *file.pieces)
    write_laid_out(piece, source_of, [&](std::span<const std::byte> part) {
      restored.append(reinterpret_cast<const char*>(part.data()), part.size());
    });
  if (restored != std::string(reinterpret_cast<const char*>(data), size)) std::abort();
}

/// Opens the bytes with a reader; a refusal is an Error (data), nothing else.
template <class Open>
int run(const std::uint8_t* data, std::size_t size, Open open) {
  try {
    check_accepted(open(input_of(data, size)), data, size);
  } catch (const Error& error) {
    if (error.status() != ExitStatus::data) std::abort();
  }
  return 0;
}

}  // namespace daybreak::io::fuzz
