#pragma once
// The regular expressions that tokenizers split text with before BPE, as hand-written matchers: linear in the text, and
// defined for broken UTF-8 too (a stray byte is neither letter nor number nor space).
#include <cstddef>
#include <optional>
#include <string_view>

namespace daybreak::text {

enum class WordPattern {
  whole,      // no splitting
  gpt2,       // 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
  numbers_3,  // cl100k and Llama 3: contractions in any case, \p{N}{1,3}, punctuation with the newlines behind it
  numbers_1,  // Qwen 2: the same with \p{N}
};

/// The pattern that a regular expression spells; nothing where it is none of those above.
std::optional<WordPattern> word_pattern_of(std::string_view regex);

/// Where the word ends that begins at text[begin] (begin < text.size()). Every byte belongs to exactly one word, and a word
/// ends before each space that a non-space precedes.
std::size_t word_end(WordPattern pattern, std::string_view text, std::size_t begin);

}  // namespace daybreak::text
