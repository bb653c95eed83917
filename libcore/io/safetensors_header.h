#pragma once
// The header of one safetensors file, checked in full.
#include <vector>

#include "libcore/io/safetensors.h"

namespace daybreak::io {

struct SafetensorsHeader {
  std::uint64_t data_offset = 0;  // in the file
  struct Entry {
    ArrayInfo info;
    std::uint64_t begin = 0, end = 0;  // in the data
  };
  std::vector<Entry> entries;  // in the order of the data
  TextPairs metadata;
};

/// The header, checked in full against the size of the file. Errors: Error (data), naming file and tensor.
SafetensorsHeader read_safetensors_header(const InputFile& file);

}  // namespace daybreak::io
