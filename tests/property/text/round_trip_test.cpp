// Laws of tokenizers that hold for any text.
#include <rapidcheck.h>

#include "libcore/base/utf8.h"
#include "libcore/io/input_file.h"
#include "libcore/text/tokenizer.h"
#include "tests/support/catch.hpp"

using namespace daybreak::text;

namespace {

const Tokenizer& tokenizer(const std::string& name) {
  static std::map<std::string, Tokenizer> loaded;
  const auto found = loaded.find(name);
  if (found != loaded.end()) return found->second;
  return loaded.emplace(name, Tokenizer::load(std::string(DAYBREAK_SOURCE_DIR) + "/tests/unit/text/data/" + name + ".json")).first->second;
}

/// Text of letters, marks, spaces and whatever else splits words, without U+2581, which Llama's normalizer confounds with a space.
rc::Gen<std::string> any_text() {
  const auto code = rc::gen::weightedOneOf<char32_t>(
      {{6, rc::gen::elementOf(std::u32string(U"aehtTES 's.!\n\r\t 09  "))},
       {2, rc::gen::elementOf(std::u32string(U"\u00e9\u00a0\u3000\u4e2d\u0301\u2167\u017f\U0001f600"))},
       {1, rc::gen::map(rc::gen::inRange<std::uint32_t>(1, 0x10FFFF), [](std::uint32_t value) {
          return (value >= 0xD800 && value < 0xE000) || value == 0x2581 ? U'x' : static_cast<char32_t>(value);
        })}});
  return rc::gen::map(rc::gen::container<std::vector<char32_t>>(code), [](const std::vector<char32_t>& codes) {
    std::string text;
    for (const char32_t value : codes) daybreak::append_utf8(text, value);
    return text;
  });
}

EncodeOptions plain() {
  EncodeOptions options;
  options.match_special_tokens = false;
  return options;
}

}  // namespace

TEST_CASE("text comes back from its ids") {
  for (const std::string name : {"llama", "gpt2", "llama3", "qwen"})
    CHECK(rc::check(name + ": any UTF-8", [&] {
      const std::string text = *any_text();
      RC_ASSERT(tokenizer(name).decode(tokenizer(name).encode(text, plain()), false) == text);
    }));
}

TEST_CASE("bytes that are no UTF-8 come back as well") {
  for (const std::string name : {"llama", "gpt2", "llama3"})
    CHECK(rc::check(name + ": any bytes", [&] {
      const auto text = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
      RC_ASSERT(tokenizer(name).decode(tokenizer(name).encode(text, plain()), false) == text);
    }));
}

TEST_CASE("a text may be cut where last_cut says") {
  for (const std::string name : {"llama", "llama_added", "gpt2", "llama3", "qwen", "metaspace_first", "metaspace_always", "metaspace_never"})
    CHECK(rc::check(name + ": parts", [&] {
      const std::string text = *any_text();
      const std::size_t cut = tokenizer(name).last_cut(text);
      RC_PRE(cut > 0);
      auto parts = tokenizer(name).encode_part(std::string_view(text).substr(0, cut), true);
      const auto rest = tokenizer(name).encode_part(std::string_view(text).substr(cut), false);
      parts.insert(parts.end(), rest.begin(), rest.end());
      RC_ASSERT(parts == tokenizer(name).encode(text));
    }));
}
