#pragma once
// The small steps around the model: what happens to text before it is split, and to tokens after they are looked up.
#include <string>
#include <string_view>
#include <vector>

#include "libcore/text/word_splitter.h"

namespace daybreak::text {

/// Every `pattern` in `text` becomes `content`, from left to right.
std::string replace_all(std::string_view text, std::string_view pattern, std::string_view content);

/// One step of the normalizer.
struct NormalizerStep {
  enum class Kind { prepend, replace } kind;
  std::string pattern;  // replace: what is looked for
  std::string content;  // what is put in its place, or before the text
};
using Normalizer = std::vector<NormalizerStep>;

/// `continued`: the text goes on from an earlier part, so nothing is prepended.
std::string normalize(const Normalizer& steps, std::string_view text, bool continued);

struct PreTokenizer {
  enum class Kind { none, byte_level, metaspace } kind = Kind::none;
  WordPattern pattern = WordPattern::whole;  // byte_level
  enum class Prefix { never, first, always } prefix = Prefix::never;
  std::string replacement;  // metaspace: what stands for a space
  bool split = true;        // metaspace: words begin at the replacement
};

/// One step of the decoder; each maps a list of strings to a list of strings.
struct DecoderStep {
  enum class Kind { byte_level, replace, byte_fallback, fuse, strip, metaspace } kind;
  std::string pattern, content;  // replace; strip: pattern; metaspace: pattern
  std::size_t start = 0, stop = 0;  // strip: how many at each end
  bool drops_prefix = true;         // metaspace: the first token's mark stands for no space
};

/// The text of tokens. Without steps they are joined by spaces. Bytes that form no whole character are kept as they are.
std::string decode_tokens(const std::vector<DecoderStep>& steps, std::vector<std::string> tokens);

}  // namespace daybreak::text
