#pragma once
// Text to token ids and back, by a tokenizer.json of Hugging Face's `tokenizers`: byte-level BPE (GPT-2, Llama 3) and BPE with
// byte fallback (Llama 1 and 2). Components that are not understood are refused by name; "truncation" and "padding" are for
// batches and do not apply here.
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daybreak::text {

struct TokenizerParts;

/// How text becomes ids.
struct EncodeOptions {
  bool add_special_tokens = false;    // what the post-processor's template adds, such as a begin-of-text token
  bool match_special_tokens = true;   // "<s>" in the text is that token; false: it is five ordinary characters
};

/// A tokenizer. Copies share the tables; all const member functions may be called from several threads.
/// Input that is not valid UTF-8 keeps its bytes: each stray byte counts as one symbol that is no letter, digit or space, so
/// byte-level tokenizers and those with byte fallback give it back exactly. Equal input gives equal ids on any thread count.
class Tokenizer {
 public:
  /// Reads `path`, a tokenizer.json or the directory that holds one (a tokenizer_config.json beside it names the tokens of
  /// begin and end). Errors: Error (no_input; data, with file and JSON pointer, for what is malformed or not supported).
  static Tokenizer load(const std::string& path);
  /// The same from the text of a tokenizer.json; `name` stands in errors.
  static Tokenizer parse(std::string_view json, const std::string& name);

  /// The ids of `text`. Time is near linear, working memory beside the result is bounded where the text has words.
  std::vector<std::uint32_t> encode(std::string_view text, bool add_special_tokens = false) const;
  std::vector<std::uint32_t> encode(std::string_view text, const EncodeOptions& options) const;
  /// The same ids, computed on up to `threads` threads.
  std::vector<std::uint32_t> encode_parallel(std::string_view text, const EncodeOptions& options, int threads) const;

  /// For text that comes in blocks: the last place in `text` where it may be cut so that encode_part() of the two sides gives
  /// the ids of the whole; 0 where there is none (read more, then ask again).
  std::size_t last_cut(std::string_view text) const;
  /// The ids of a part; `first`: it begins the text. Options' add_special_tokens has no meaning here: see add_special_tokens().
  std::vector<std::uint32_t> encode_part(std::string_view part, bool first, bool match_special_tokens = true) const;
  /// The ids that the post-processor's template puts before and after the ids of a text.
  std::span<const std::uint32_t> prefix_ids() const;
  std::span<const std::uint32_t> suffix_ids() const;

  /// The text of `ids`, byte for byte (tokens that hold a part of a character are given as these bytes, where `tokenizers`
  /// would put U+FFFD). skip_special_tokens: leaves out tokens marked special. Error (data) for an id outside the vocabulary.
  std::string decode(std::span<const std::uint32_t> ids, bool skip_special_tokens = true) const;

  /// One more than the largest id, added tokens included: the rows that an embedding needs.
  std::uint32_t vocabulary_size() const;
  /// The tokens of begin and end of text: from tokenizer_config.json, else the template, else by their usual names.
  std::optional<std::uint32_t> bos_id() const;
  std::optional<std::uint32_t> eos_id() const;
  std::optional<std::uint32_t> id_of(std::string_view token) const;
  /// The file it was read from, and the XXH3 (64 bits) of its bytes as 16 hexadecimal digits.
  const std::string& name() const;
  const std::string& hash() const;

 private:
  explicit Tokenizer(std::shared_ptr<const TokenizerParts> parts) : parts_(std::move(parts)) {}
  std::shared_ptr<const TokenizerParts> parts_;
};

}  // namespace daybreak::text
