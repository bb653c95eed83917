#pragma once
// What a tokenizer.json says, ready for use. Private to libcore/text.
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "libcore/text/added_tokens.h"
#include "libcore/text/bpe.h"
#include "libcore/text/pipeline.h"

namespace daybreak::text {

struct TokenizerParts {
  std::string name, hash;
  Normalizer normalizer;
  PreTokenizer pre_tokenizer;
  std::unique_ptr<const BpeModel> model;
  std::vector<DecoderStep> decoder;
  std::vector<AddedToken> added;  // never resized once the finders point into it
  TokenFinder raw_tokens, normalized_tokens;
  std::vector<std::uint32_t> prefix, suffix;  // of the template

  struct Entry {
    std::string text;
    bool special = false;
  };
  std::unordered_map<std::uint32_t, Entry> entries;  // what each id decodes as, before the decoder
  std::uint32_t vocabulary_size = 0;
  std::optional<std::uint32_t> bos, eos;
  bool may_cut = false;  // parts of a text, cut before a space, give the ids of the whole

  mutable ScratchPool scratch;

  std::optional<std::uint32_t> id_of(std::string_view token) const;
};

/// Reads the text of a tokenizer.json. Errors: Error (data) with `name` and a JSON pointer.
std::shared_ptr<TokenizerParts> read_tokenizer_json(std::string_view json, const std::string& name);
/// Takes bos and eos from the text of a tokenizer_config.json, where it names them.
void read_tokenizer_config(TokenizerParts& parts, std::string_view json, const std::string& name);

}  // namespace daybreak::text
