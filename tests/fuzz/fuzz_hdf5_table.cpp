// Fuzz target: the table that the parser of untrusted HDF5 hands over a pipe. Any bytes are a table or a data error, and
// a table that is accepted can be decoded without a step outside.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "libcore/base/error.h"
#include "libcore/io/beneath.h"
#include "libcore/io/hdf5_table.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::uint64_t kFileBytes = 1 << 16;
  try {
    const auto table = daybreak::io::parse_hdf5_table(std::as_bytes(std::span(data, size)), "fuzz", kFileBytes);
    for (const auto& dataset : table.datasets) {
      if (!dataset.unsupported.empty()) continue;
      for (const auto& chunk : dataset.chunks)
        if (chunk.address > kFileBytes || chunk.stored_bytes > kFileBytes - chunk.address) std::abort();
      if (dataset.bytes() > std::uint64_t{1} << 62) std::abort();
      std::uint64_t row = 0;  // all rows once and in order, and none of a file outside the folder
      for (const auto& mapping : dataset.mappings) {
        if (mapping.first_row != row || mapping.rows == 0 || !daybreak::io::is_path_beneath(mapping.file)) std::abort();
        row += mapping.rows;
      }
      if (!dataset.mappings.empty() && row != dataset.shape.at(0)) std::abort();
    }
  } catch (const daybreak::Error& error) {
    if (error.status() != daybreak::ExitStatus::data) std::abort();
  }
  return 0;
}
