#pragma once
// One chunk of an array in one frame that says itself how to decode it.
//
// Bytes, little-endian:
//    0  4  "DBKF"
//    4  1  format version, 1
//    5  1  element type (element_type.h)
//    6  3  map, prediction, code (pipeline.h)
//    9  1  number of dimensions, at most 32
//   10  8  XXH3 (64 bits, seed 0) of the decoded bytes
//   18     the extents (varints); the decoded size is their product times that of an element
//          then, of the code `stored`, the elements; of `constant`, one element; else
//          two blocks (a varint length and so many bytes), the parameters of the map and of the prediction,
//          and to the end what the code wrote.
//
// A frame is never larger than the elements by more than 64 bytes where no extent is 0.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/element_type.h"
#include "libcore/codecs/pipeline.h"
#include "libcore/codecs/status.h"

namespace daybreak::codecs {

constexpr std::size_t kMostDimensions = 32;

struct FrameHeader {
  ElementType type = ElementType::u8;
  Pipeline pipeline;
  std::vector<std::uint64_t> shape;
  std::uint64_t decoded_bytes = 0;
  std::uint64_t checksum = 0;
};

/// Encodes elements in C order, little-endian. Data that the pipeline cannot hold, or that it makes no smaller, is
/// stored: the header says what was used. Errors: wrong_size where data is not of that shape; no_memory. Cost: scratch
/// memory of some 20 bytes an element. Thread-safe; the bytes depend on the arguments alone.
Status encode(Pipeline pipeline, ElementType type, std::span<const std::uint64_t> shape, ByteSpan data,
              Bytes& frame) noexcept;

/// Decodes into exactly the bytes that the caller expects. Nothing of the frame is trusted: no read or write leaves its
/// bounds, memory is at most some 20 bytes an element of `out` and 2 MiB, and what does not match its checksum is
/// corrupt; `out` is then unspecified. Errors: corrupt, newer_version, wrong_size, no_memory.
Status decode(ByteSpan frame, std::span<std::uint8_t> out) noexcept;

/// What a frame says of itself, without decoding. Errors: corrupt, newer_version, no_memory.
Status read_header(ByteSpan frame, FrameHeader& header) noexcept;

/// A frame of elements that a pipeline wrote as `payload`; constant or stored where that is smaller. For the encoders of
/// this room.
Bytes assemble_frame(FrameHeader header, ByteSpan data, ByteSpan payload);

}  // namespace daybreak::codecs
