// The HDF5 filter plugin: h5py, h5dump and all that use the HDF5 library decode chunks of ours through it, found in
// HDF5_PLUGIN_PATH or the library's own plugin folder. It needs no other library, not even HDF5's.
#include <H5PLextern.h>

#include <cstdlib>
#include <cstring>
#include <new>

#include "libcore/codecs/frame.h"
#include "libcore/codecs/hdf5_filter.h"
#include "libcore/codecs/select.h"

namespace {

using namespace daybreak::codecs;

/// What HDF5 hands over and takes back: memory of malloc().
struct Buffer {
  std::size_t* capacity;
  void** memory;

  ByteSpan first(std::size_t bytes) const { return {static_cast<const std::uint8_t*>(*memory), bytes}; }
  /// Replaces the memory; returns its size, as a filter answers.
  std::size_t give(void* other, std::size_t bytes) const {
    std::free(*memory);
    *memory = other;
    *capacity = bytes;
    return bytes;
  }
};

constexpr std::size_t kFailed = 0;

std::size_t decode_chunk(const ChunkType& chunk, std::size_t bytes, const Buffer& buffer) {
  const auto size = static_cast<std::size_t>(chunk.bytes());
  void* plain = size == 0 ? nullptr : std::malloc(size);
  if (plain == nullptr) return kFailed;
  if (decode(buffer.first(bytes), {static_cast<std::uint8_t*>(plain), size}) == Status::ok)
    return buffer.give(plain, size);
  std::free(plain);
  return kFailed;
}

std::size_t encode_chunk(const ChunkType& chunk, std::size_t bytes, const Buffer& buffer) {
  if (chunk.bytes() != bytes || bytes == 0) return kFailed;
  const ByteSpan plain = buffer.first(bytes);
  Bytes frame;
  const Pipeline pipeline = best_pipeline(chunk.type, chunk.shape, plain);
  if (encode(pipeline, chunk.type, chunk.shape, plain, frame) != Status::ok) return kFailed;
  void* copy = std::malloc(frame.size());
  if (copy == nullptr) return kFailed;
  std::memcpy(copy, frame.data(), frame.size());
  return buffer.give(copy, frame.size());
}

std::size_t filter(unsigned flags, std::size_t count, const unsigned parameters[], std::size_t bytes,
                   std::size_t* capacity, void** memory) try {
  const auto chunk = parse_filter_parameters({parameters, count});
  if (!chunk) return kFailed;
  const Buffer buffer{capacity, memory};
  return (flags & H5Z_FLAG_REVERSE) != 0 ? decode_chunk(*chunk, bytes, buffer) : encode_chunk(*chunk, bytes, buffer);
} catch (const std::bad_alloc&) {
  return kFailed;
}

constexpr H5Z_class2_t kClass{H5Z_CLASS_T_VERS, static_cast<H5Z_filter_t>(kHdf5Filter), 1, 1, "daybreak", nullptr,
                              nullptr, filter};

}  // namespace

extern "C" H5PL_type_t H5PLget_plugin_type() {
  return H5PL_TYPE_FILTER;
}

extern "C" const void* H5PLget_plugin_info() {
  return &kClass;
}
