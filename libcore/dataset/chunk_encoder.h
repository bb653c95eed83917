#pragma once
// One chunk into its smallest form. Every form is a Blosc frame, or the bytes as they are, so that any HDF5 reader with
// the registered filter 32001 decodes it without code of ours: Blosc frames say themselves how they were made.
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::dataset {

/// How much work a chunk is worth. All decode at about the same speed.
enum class Effort { fast, normal, best };
/// Error (usage) for another name.
Effort parse_effort(std::string_view name);

/// A way to encode a chunk. Named as the summary lists it: "zstd9-shuffle", "lz4", "stored".
struct Form {
  const char* compressor;  // Blosc's name; null: stored
  int level;
  int shuffle;  // 0 none, 1 bytes, 2 bits
  std::string name() const;
};

/// Forms that are tried at this effort, in the order that decides ties; element_bytes: of one value.
std::vector<Form> forms_for(Effort effort, std::size_t element_bytes);

struct EncodedChunk {
  std::size_t form = 0;  // index into the forms
  bool stored = false;   // `bytes` are the chunk as it is
  std::vector<std::byte> bytes;
};

/// What was learned on a chunk and is tried first on those that follow it.
struct Choice {
  std::size_t first = 0, second = 0;  // the best and the second-best form
  bool second_is_close = false;       // within 2 %
  double ratio = 1;                   // encoded over plain bytes of the best
};

/// Encodes `chunk` in every form worth a try and keeps the smallest; `choice` tells what the neighbors should try.
/// Throws Error (bug) where a frame does not decode to the same bytes: nothing is written that was not read back.
EncodedChunk encode_trying_all(std::span<const std::byte> chunk, std::size_t element_bytes,
                               const std::vector<Form>& forms, Choice& choice);

/// Encodes by an earlier choice, its runner-up too where that was close; falls back to all forms where the outcome is
/// worse than the choice promised. Depends on nothing but its arguments. Errors as above.
EncodedChunk encode_by_choice(std::span<const std::byte> chunk, std::size_t element_bytes,
                              const std::vector<Form>& forms, const Choice& choice);

/// The parameters that HDF5 keeps beside filter 32001 for readers that ask; decoding does not need them.
std::vector<unsigned> blosc_filter_parameters(std::size_t element_bytes, std::uint64_t chunk_bytes);

inline constexpr unsigned kBloscFilter = 32001;

}  // namespace daybreak::dataset
