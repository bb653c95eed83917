// Our ids against those of Hugging Face's `tokenizers`; make_references.py made the values.
#include <cstdlib>
#include <filesystem>
#include <xxhash.h>

#include "libcore/base/utf8.h"
#include "libcore/io/input_file.h"
#include "libcore/io/json.h"
#include "libcore/text/tokenizer.h"
#include "tests/support/catch.hpp"

using daybreak::io::InputFile;
using daybreak::io::Json;
using namespace daybreak::text;

namespace {

const std::string kData = std::string(DAYBREAK_SOURCE_DIR) + "/tests/unit/text/data/";

std::string read_all(const std::string& path) {
  const InputFile file(path);
  return file.text_at(0, file.size());
}

/// The folder of real texts, or nothing (after a warning) where it is absent.
std::string real_texts() {
  const char* folder = std::getenv("DAYBREAK_DATA");
  const std::string texts = folder == nullptr ? "" : std::string(folder) + "/text/";
  if (!texts.empty() && std::filesystem::exists(texts)) return texts;
  WARN("skipped: DAYBREAK_DATA names no folder with text/");
  return {};
}

/// XXH3 of the ids of the first 10,000 lines, as make_references.py computes it.
std::string hash_of_lines(const Tokenizer& tokenizer, std::string_view text) {
  std::vector<std::uint32_t> all;
  for (int line = 0; line < 10000; ++line) {
    const auto end = text.find('\n');
    const std::string_view one = text.substr(0, end);
    if (daybreak::is_utf8(one)) {
      const auto ids = tokenizer.encode(one);
      all.insert(all.end(), ids.begin(), ids.end());
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(XXH3_64bits(all.data(), all.size() * 4)));
  return digits;
}

}  // namespace

TEST_CASE("ids and text of odd lines equal those of tokenizers") {
  const Json lines = Json::parse(read_all(kData + "lines.json"), "lines.json");
  REQUIRE(lines.as_object().size() >= 8);
  for (const auto& [name, cases] : lines.as_object()) {
    const Tokenizer tokenizer = Tokenizer::load(kData + name + ".json");
    for (const Json& one : cases.as_array()) {
      std::vector<std::uint32_t> expected;
      for (const Json& id : one.at(1).as_array()) expected.push_back(static_cast<std::uint32_t>(id.as_uint()));
      INFO(name << ": " << one.at(std::size_t{0}).dump());
      CHECK(tokenizer.encode(one.at(std::size_t{0}).as_string(), true) == expected);
      CHECK(tokenizer.decode(expected) == one.at(2).as_string());
    }
  }
}

TEST_CASE("ids of 10,000 lines of each real text equal those of tokenizers") {
  const std::string texts = real_texts();
  if (texts.empty()) return;
  const Json hashes = Json::parse(read_all(kData + "corpora.json"), "corpora.json");
  std::vector<std::pair<std::string, std::string>> corpora;
  for (const auto& [name, files] : hashes.as_object()) {
    const Tokenizer tokenizer = Tokenizer::load(kData + name + ".json");
    if (corpora.empty())
      for (const auto& [file, hash] : files.as_object()) corpora.emplace_back(file, read_all(texts + file + ".zst"));
    for (const auto& [file, text] : corpora) {
      INFO(name << " on " << file);
      CHECK(hash_of_lines(tokenizer, text) == files.at(file).as_string());
    }
  }
}

TEST_CASE("every real text comes back byte for byte, and threads change no id") {
  const std::string texts = real_texts();
  if (texts.empty()) return;
  EncodeOptions plain;
  plain.match_special_tokens = false;  // wikitext spells its rare words <unk>
  for (const char* name : {"llama", "gpt2", "llama3"}) {
    const Tokenizer tokenizer = Tokenizer::load(kData + name + ".json");
    for (const auto& entry : std::filesystem::directory_iterator(texts)) {
      const std::string text = read_all(entry.path());
      const auto ids = tokenizer.encode(text, plain);
      INFO(name << " on " << entry.path().filename());
      CHECK(tokenizer.decode(ids, false) == text);
      CHECK(tokenizer.encode_parallel(text, plain, 3) == ids);
    }
  }
}
