#pragma once
// Tokens that are found in text as they stand, before it is split and merged: special tokens and those added after training.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libcore/text/bpe.h"

namespace daybreak::text {

struct AddedToken {
  std::uint32_t id = 0;
  std::string content;
  bool single_word = false;  // only where no word character touches it
  bool lstrip = false;       // takes the white space on its left
  bool rstrip = false;       // and on its right
  bool normalized = false;   // looked for in normalized text, by its own normalized form
  bool special = false;      // left out by decode(skip_special_tokens)
};

/// Finds tokens of one kind, the longest at the leftmost place, as `tokenizers` does.
class TokenFinder {
 public:
  /// A piece of text: token null, or a token with the white space that it takes.
  struct Piece {
    std::size_t begin, end;
    const AddedToken* token;
  };
  /// The pattern is what is looked for; empty ones are left out. The token must outlive this.
  void add(const AddedToken& token, std::string_view pattern);
  /// Cuts `text` into pieces that cover it. match_special false: special tokens are ordinary text.
  std::vector<Piece> split(std::string_view text, bool match_special) const;

 private:
  const AddedToken* match_at(std::string_view text, std::size_t at, std::size_t& length) const;

  std::unordered_map<std::string, const AddedToken*, TextHash, std::equal_to<>> tokens_;
  std::array<std::vector<std::size_t>, 256> lengths_;  // of the patterns by first byte, longest first
};

}  // namespace daybreak::text
