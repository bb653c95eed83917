#pragma once
// A chunk encoder that asks a journal first, and keeps there what it had to encode.
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "libcore/dataset/chunk_encoder.h"
#include "libcore/dataset/journal.h"
#include "libcore/dataset/lossy_form.h"

namespace daybreak::dataset {

/// Encodes as ChunkEncoder does and gives the same results, whether they come from the journal or not: the key of a
/// chunk is the hash of all that its encoding depends on, and what is found is decoded and compared before it is used.
class JournaledEncoder {
 public:
  /// `setup`: what else decides about results, beside the arguments of the calls. `journal`: none where nothing is
  /// kept; outlives this.
  JournaledEncoder(ChunkEncoder encoder, const codecs::Bytes& setup, Journal* journal);

  EncodedChunk encode_trying_all(std::span<const std::byte> chunk, const Lookback& before, Choice& choice) const;
  EncodedChunk encode_by_choice(std::span<const std::byte> chunk, const Lookback& before, const Choice& choice) const;
  /// The chunk as it will be read goes to `decoded`.
  EncodedChunk encode_lossy(const LossyForm& form, std::span<const std::byte> chunk,
                            std::vector<std::byte>& decoded) const;

  const codecs::ChunkType& type() const { return encoder_.type(); }

 private:
  /// What was found out about a chunk.
  struct Finding {
    EncodedChunk chunk;
    Choice choice;  // that of encode_trying_all()
  };
  Digest128 key_of(codecs::ByteSpan how, std::span<const std::byte> chunk) const;
  std::optional<Finding> find(const Digest128& key) const;
  bool gives(const EncodedChunk& encoded, std::span<const std::byte> chunk) const;
  void keep(const Digest128& key, const Finding& finding) const;
  /// What the journal has of `chunk` encoded that way, where it decodes to expected(); else encode(), which is then
  /// kept.
  template <class Expected, class Encode>
  Finding recall(codecs::ByteSpan how, std::span<const std::byte> chunk, const Expected& expected,
                 const Encode& encode) const;

  ChunkEncoder encoder_;
  codecs::Bytes setup_;
  Journal* journal_;
};

}  // namespace daybreak::dataset
