#pragma once
// Ways to pack arrays, ours and those of others, under one interface: what a benchmark compares.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "libcore/dataset/chunk_form.h"

namespace daybreak::dataset {

/// A packed chunk; `form` matters to those that choose among several.
struct Packed {
  std::vector<std::byte> bytes;
  Form form;
};

/// Packs the chunks of one array, each on its own as random access wants it. Not thread-safe.
class ChunkPeer {
 public:
  virtual ~ChunkPeer() = default;
  virtual std::string name() const = 0;
  virtual bool is_ours() const { return false; }
  /// An array begins.
  virtual void begin(const codecs::ChunkType& type) = 0;
  /// Chunk number `ordinal` of the array; chunks come in order, each once or more.
  virtual Packed pack(std::span<const std::byte> chunk, std::uint64_t ordinal) = 0;
  /// The reverse, into a chunk of the same size. False where it fails.
  virtual bool unpack(const Packed& packed, std::span<std::byte> chunk) = 0;
};

/// "daybreak-plugin" and "daybreak-h5py" (what compress writes with --reader plugin and h5py), zstd 3 and 19, zlib 6
/// with and without shuffling, and Blosc's lz4 and zstd with bytes or bits shuffled.
std::vector<std::unique_ptr<ChunkPeer>> chunk_peers();

/// Another program that packs a whole array through a pipe.
struct ProgramPeer {
  std::string name, program;  // "xz-9e", "xz"
  std::vector<std::string> pack, unpack;
};
/// xz -9e, brotli -q 11, gzip -6, zstd -19 --long=27.
const std::vector<ProgramPeer>& program_peers();

}  // namespace daybreak::dataset
