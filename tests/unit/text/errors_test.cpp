// What is malformed or unknown is refused, saying where and what.
#include <string>

#include "libcore/base/error.h"
#include "libcore/io/json.h"
#include "libcore/text/tokenizer.h"
#include "libcore/text/unicode_classes.h"
#include "libcore/text/word_splitter.h"
#include "tests/support/catch.hpp"

using daybreak::Error;
using daybreak::io::Json;
using namespace daybreak::text;

namespace {

constexpr const char* kSmall = R"({"added_tokens":[{"id":5,"content":"<end>","special":true}],"normalizer":null,"pre_tokenizer":null,
  "post_processor":null,"decoder":{"type":"Fuse"},
  "model":{"type":"BPE","unk_token":"?","vocab":{"?":0,"a":1,"b":2,"ab":3,"aba":4},"merges":["a b",["ab","a"]]}})";

Json small() { return Json::parse(kSmall, "small"); }

std::string failure_of(const Json& document) {
  try {
    Tokenizer::parse(document.dump(), "t.json");
  } catch (const Error& error) {
    CHECK(error.status() == daybreak::ExitStatus::data);
    return error.what();
  }
  return "no error";
}

/// The complaint about the small tokenizer after `member` of `object` ("" is the root) was replaced.
std::string failure_with(const std::string& object, const std::string& member, const std::string& value) {
  Json document = small();
  Json& place = object.empty() ? document : document[object];
  place[member] = Json::parse(value, "value");
  return failure_of(document);
}

}  // namespace

TEST_CASE("the small tokenizer is right, so that each error below has one cause") {
  const Tokenizer tokenizer = Tokenizer::parse(kSmall, "t.json");
  CHECK(tokenizer.encode("abaab<end>xyb") == std::vector<std::uint32_t>{4, 3, 5, 0, 0, 2});
  CHECK(tokenizer.vocabulary_size() == 6);
  CHECK(tokenizer.id_of("<end>") == 5u);
  CHECK(tokenizer.decode(std::vector<std::uint32_t>{4, 5, 2}) == "abab");
  CHECK_THROWS_WITH(tokenizer.decode(std::vector<std::uint32_t>{1, 9}), Catch::Contains("token 1") && Catch::Contains("9"));
}

TEST_CASE("errors name file, place and component") {
  using Catch::Contains;
  CHECK_THAT(failure_of(small()), Contains("no error"));
  CHECK_THAT(failure_of(Json::array()), Contains("t.json: the document") && Contains("expected an object"));
  CHECK_THAT(failure_with("", "normalizer", R"({"type":"NFKC"})"), Contains("t.json: /normalizer") && Contains("NFKC"));
  CHECK_THAT(failure_with("", "normalizer", R"({"type":"Sequence","normalizers":[{"type":"Lowercase"}]})"),
             Contains("/normalizer/normalizers/0") && Contains("Lowercase"));
  CHECK_THAT(failure_with("", "pre_tokenizer", R"({"type":"Whitespace"})"), Contains("/pre_tokenizer") && Contains("Whitespace"));
  CHECK_THAT(failure_with("", "pre_tokenizer", R"({"type":"Split","pattern":{"Regex":"a+"},"behavior":"Isolated"})"),
             Contains("/pre_tokenizer/pattern/Regex") && Contains("a+"));
  CHECK_THAT(failure_with("", "decoder", R"({"type":"WordPiece"})"), Contains("/decoder") && Contains("WordPiece"));
  CHECK_THAT(failure_with("", "post_processor", R"({"type":"BertProcessing"})"), Contains("/post_processor") && Contains("BertProcessing"));
  CHECK_THAT(failure_with("model", "type", R"("Unigram")"), Contains("/model/type") && Contains("Unigram"));
  CHECK_THAT(failure_with("model", "dropout", "0.1"), Contains("/model/dropout"));
  CHECK_THAT(failure_with("model", "end_of_word_suffix", R"("</w>")"), Contains("/model/end_of_word_suffix"));
  CHECK_THAT(failure_with("model", "unk_token", R"("<u>")"), Contains("/model/unk_token") && Contains("<u>"));
  CHECK_THAT(failure_with("model", "merges", R"(["a b","b q"])"), Contains("/model/merges/1") && Contains("\"q\""));
  CHECK_THAT(failure_with("model", "merges", R"(["a b c"])"), Contains("/model/merges/0"));
  CHECK_THAT(failure_with("model", "merges", R"([["a"]])"), Contains("/model/merges/0"));
  CHECK_THAT(failure_with("model", "vocab", R"({"a/b":-1})"), Contains("/model/vocab/a~1b"));
  CHECK_THAT(failure_with("model", "vocab", R"({"a":1,"b":1})"), Contains("/model/vocab/b") && Contains("already"));
  CHECK_THAT(failure_with("model", "vocab", R"({"a":4294967296})"), Contains("/model/vocab/a"));
  CHECK_THAT(failure_with("", "added_tokens", R"([{"id":1,"content":"b"}])"), Contains("/added_tokens/0"));
  CHECK_THAT(failure_with("", "added_tokens", R"([{"content":"b"}])"), Contains("/added_tokens/0") && Contains("\"id\""));
}

TEST_CASE("a tokenizer that is not there") {
  CHECK_THROWS_AS(Tokenizer::load("/nonexistent/tokenizer.json"), Error);
}

TEST_CASE("the Unicode classes are of version 16 and know their borders") {
  CHECK(unicode_version() == "16.0.0");
  CHECK(char_class(U'a') == (kLetter | kWord));
  CHECK(char_class(U'_') == kWord);
  CHECK(char_class(0x2167) == (kNumber | kWord));
  CHECK(char_class(0x1C89) == (kLetter | kWord));  // new in Unicode 16
  CHECK(char_class(0x0378) == 0);                  // unassigned
  CHECK(char_class(0x110000) == 0);
}
