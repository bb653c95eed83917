#pragma once
// The token stream of a dataset file, and its part for training and for validation.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libcore/dataset/reader.h"

namespace daybreak::training {

/// Tokens [first, first + count) of a stream.
struct TokenRange {
  std::uint64_t first = 0, count = 0;
};

/// An open dataset and its one token stream. All const members may be called from several threads.
class TokenSource {
 public:
  /// Errors: Error (no_input; data where the file is malformed, holds no one token stream, or an empty one).
  explicit TokenSource(const std::string& path);

  const std::string& name() const { return reader_.name(); }
  /// The files that a joined dataset reads its rows from.
  std::vector<std::string> part_paths() const { return reader_.part_paths(); }
  const std::string& array() const { return reader_.arrays()[index_].name; }
  std::uint64_t count() const { return count_; }
  TokenRange all() const { return {0, count_}; }
  /// How many different tokens there may be, where the file records it. A claim, which nobody has checked.
  std::optional<std::uint64_t> vocabulary() const { return reader_.integer_attribute(array(), "vocabulary_size"); }
  /// The hash of the tokenizer that made the tokens (text::Tokenizer::hash()), where the file records it.
  std::optional<std::string> tokenizer() const { return reader_.text_attribute(array(), "tokenizer"); }
  /// True where the file says that these are tokens, not the bytes of a text.
  bool says_tokens() const { return reader_.text_attribute(array(), "role") == "tokens"; }
  /// How many different tokens the element type can tell apart.
  std::uint64_t type_vocabulary() const;
  /// out.size() tokens from `first` on. Error (data) for a damaged chunk.
  void read(std::uint64_t first, std::span<std::uint32_t> out) const { dataset::read_tokens(reader_, index_, first, out); }
  /// 16 hexadecimal digits that tell this stream from another: over its length and the tokens at its two ends.
  std::string fingerprint() const;

 private:
  dataset::Reader reader_;
  std::size_t index_;
  std::uint64_t count_;
};

/// The first part for training, the last `share` held out; share 0: nothing is held out.
struct Split {
  TokenRange training, held_out;
};
/// The held-out part begins at token floor(count * (1 - share)). Error (usage) where a part would be empty.
Split split(TokenRange whole, double share);

}  // namespace daybreak::training
