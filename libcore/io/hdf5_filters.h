#pragma once
// The filters of HDF5's pipeline, undone one at a time on plain bytes.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "libcore/codecs/hdf5_filter.h"

namespace daybreak::io {

inline constexpr std::uint16_t kHdf5Deflate = 1, kHdf5Shuffle = 2, kHdf5Fletcher32 = 3, kHdf5Lzf = 32000,
                               kHdf5Blosc = 32001, kHdf5Zstd = 32015, kHdf5Daybreak = codecs::kHdf5Filter;

/// What became of undoing one filter: the bytes that `out` holds, or why not.
struct Unfiltered {
  std::size_t bytes = 0;
  std::string fault;  // empty: done
};

/// Undoes a filter known here from `packed` into `out`, never past its end. Thread-safe.
Unfiltered undo_filter(std::uint16_t id, std::span<const std::uint32_t> client, std::span<const std::byte> packed,
                       std::span<std::byte> out);
bool is_known_filter(std::uint16_t id);
/// "filter 4 (szip)", for messages.
std::string filter_text(std::uint16_t id);

/// HDF5's 32-bit Fletcher sum: big-endian pairs, folded every 360 pairs rather than reduced modulo 65535.
std::uint32_t hdf5_fletcher32(std::span<const std::byte> data);

}  // namespace daybreak::io
