#pragma once
// One chunk into its smallest form, of those that the file's readers know.
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/codecs/select.h"
#include "libcore/dataset/chunk_form.h"

namespace daybreak::dataset {

struct EncodedChunk {
  Form form;                     // how `bytes` were made; stored: they are the chunk as it is
  std::vector<std::byte> bytes;
  std::uint64_t decode_ns = 0;   // foretold, of one thread
};

/// So many chunks share the choice of the first of them.
inline constexpr std::uint64_t kChunksOfAChoice = 16;

/// What was learned on a chunk and is tried first on those that follow it.
struct Choice {
  Form first, second;            // the best and the second-best form
  bool second_is_close = false;  // so near that another chunk may prefer it
  double ratio = 1;              // cost of the best over plain bytes
  std::uint64_t standard_ns = 0;  // what the best form of libraries takes to decode, as foretold
  // Where `first` is a frame of ours: what was foretold of it and of the best one. Later chunks of which something else
  // is foretold have drifted.
  codecs::Prospect first_foreseen, best_foreseen;
  codecs::Experience seen;  // how far the forecasts were off
};

/// What chunks before this one taught.
struct Lookback {
  codecs::Experience experience;
  bool explore = false;  // try one pipeline more, to learn of it
};

/// Encodes the chunks of one array. Immutable; results depend on the arguments alone. What `selector` names outlives it.
class ChunkEncoder {
 public:
  /// alone: the array has one chunk, whose form alone decides what the file says about the array.
  ChunkEncoder(Audience audience, Effort effort, codecs::ChunkType type, codecs::Selector selector = {},
               bool alone = false);

  /// Encodes `chunk` in every form worth a try and keeps the best; `choice` tells what the neighbors should try. A frame
  /// of ours costs readers a plugin, so it is taken only where it saves more than 2 %, or anything at all and decodes 1.3
  /// times as fast. Throws Error (bug) where a chunk does not decode to the same bytes: nothing is written that was not
  /// read back.
  EncodedChunk encode_trying_all(std::span<const std::byte> chunk, const Lookback& before, Choice& choice) const;

  /// Encodes by an earlier choice, its runner-up too where that was close; falls back to all forms where the chunk has
  /// drifted or the outcome is not what the choice promised. Errors as above.
  EncodedChunk encode_by_choice(std::span<const std::byte> chunk, const Lookback& before, const Choice& choice) const;

  const codecs::ChunkType& type() const { return type_; }
  bool alone() const { return alone_; }
  /// The forms of libraries that are tried, in the order that decides ties.
  const std::vector<Form>& forms() const { return forms_; }

 private:
  std::vector<codecs::Prospect> foresee(std::span<const std::byte> chunk, const Lookback& before) const;

  Audience audience_;
  codecs::ChunkType type_;
  codecs::Selector selector_;
  bool alone_;
  std::vector<Form> forms_;
};

}  // namespace daybreak::dataset
