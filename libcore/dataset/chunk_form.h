#pragma once
// The ways to keep a chunk, as HDF5 sees them: the filters that it went through. Who is to read a file decides which
// ways there are.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/hdf5_filter.h"
#include "libcore/codecs/pipeline.h"
#include "libcore/codecs/status.h"
#include "libcore/io/array.h"

namespace daybreak::dataset {

/// What a program must have to read the file.
enum class Audience : std::uint8_t {
  plain,   // the HDF5 library alone
  h5py,    // the registered filter 32001 (Blosc), which hdf5plugin and Debian bring
  plugin,  // our filter plugin for the chunks that gain by it; else as h5py
};

/// "plain", "h5py" or "plugin". Error (usage) for another name.
Audience parse_audience(std::string_view name);

/// How much work a chunk is worth. All decode at about the same speed.
enum class Effort : std::uint8_t { fast, normal, best };
/// Error (usage) for another name.
Effort parse_effort(std::string_view name);

/// A way to keep a chunk. Named as the summary lists it: "zstd9-shuffle", "gzip6", "ordered-delta-bins", "stored".
struct Form {
  enum class Kind : std::uint8_t { stored, deflate, blosc, frame };
  Kind kind = Kind::stored;
  int level = 0;                     // of deflate and Blosc
  int shuffle = 0;                   // of these: 0 none, 1 bytes, 2 bits (Blosc alone)
  const char* compressor = nullptr;  // Blosc's name
  codecs::Pipeline pipeline = {};    // of a frame

  std::string name() const;
  friend bool operator==(const Form&, const Form&) = default;
};

/// The chunk of an array as codecs and filters see it.
codecs::ChunkType chunk_type(io::DType type, const io::Shape& chunk);

/// Bytes as the codecs have them.
codecs::ByteSpan codec_bytes(std::span<const std::byte> bytes);
/// Error (resources) where a codec had no memory; Error (bug, with `what` in front) for any other failure.
void expect_done(codecs::Status status, const std::string& what);

/// One step of the pipeline that a dataset declares; each chunk says which of them it left out.
struct Filter {
  unsigned id;
  std::vector<unsigned> parameters;
};
std::vector<Filter> filters_for(Audience audience, const codecs::ChunkType& chunk);
/// Those of them that a chunk of that form went through: all that an array of one chunk needs.
std::vector<Filter> filters_of(const Form& form, const codecs::ChunkType& chunk);
/// HDF5's mask: bit k is set where a chunk of that form left out filter k.
std::uint32_t filter_mask(const Form& form, std::span<const Filter> filters);

/// Encodes into `out`, which keeps its capacity between calls. False where the form gains nothing. Error (bug) where the
/// library of the form fails.
bool encode(const Form& form, const codecs::ChunkType& type, std::span<const std::byte> chunk,
            std::vector<std::byte>& out);

/// The reverse of encode(), by the filters that readers use, into a chunk of the same size. False where that fails.
bool decode(const Form& form, const codecs::ChunkType& type, std::span<const std::byte> encoded,
            std::span<std::byte> chunk);

/// Error (bug) where `encoded` does not decode to `chunk` by the filters that readers use.
void verify(const Form& form, const codecs::ChunkType& type, std::span<const std::byte> chunk,
            std::span<const std::byte> encoded);

}  // namespace daybreak::dataset
