// Tokens outside a vocabulary: found wherever they stand, the first of them, on any number of threads.
#include "libcore/training/vocabulary_check.h"

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::training;

namespace {

constexpr std::uint64_t kTokens = 9'000'000;  // more than two of the pieces that a thread takes

/// A stream of zeros but for some tokens.
class Stream {
 public:
  explicit Stream(const std::vector<std::pair<std::uint64_t, std::uint16_t>>& others) {
    std::vector<std::uint16_t> tokens(kTokens);
    for (const auto& [place, token] : others) tokens[place] = token;
    const auto bytes = std::as_bytes(std::span(tokens));
    dataset::compress(
        test::inputs_of(test::input_of({"tokens", io::DType::u16, {kTokens}}, {bytes.begin(), bytes.end()})), {},
        path(), "tokens.h5", scratch_.around());
  }
  std::string path() const { return scratch_.path("tokens.h5").string(); }

 private:
  test::ScratchDataset scratch_;
};

/// What the check says of a range, or "".
std::string verdict(const TokenSource& source, TokenRange range, std::uint64_t vocabulary, std::int64_t threads) {
  test::Silent silent;
  try {
    check_vocabulary(source, range, vocabulary, threads, StopToken(), silent);
  } catch (const Error& failure) {
    REQUIRE(failure.status() == ExitStatus::data);
    return failure.message();
  }
  return "";
}

}  // namespace

TEST_CASE("the first token outside the vocabulary is named, on any number of threads") {
  const Stream stream({{5'000'000, 700}, {8'999'999, 701}});
  const TokenSource source(stream.path());
  for (const std::int64_t threads : {1, 2, 5}) {
    CHECK(verdict(source, source.all(), 701, threads) ==
          "token 701 at position 8999999 is outside the model's vocabulary of 701");
    CHECK(verdict(source, source.all(), 700, threads) ==
          "token 700 at position 5000000 is outside the model's vocabulary of 700");
    CHECK(verdict(source, source.all(), 702, threads).empty());
  }
}

TEST_CASE("a range alone is checked, its positions counted in the stream") {
  const Stream stream({{100, 9}, {200, 9}});
  const TokenSource source(stream.path());
  CHECK(verdict(source, {0, 100}, 9, 2).empty());
  CHECK(verdict(source, {101, 99}, 9, 2).empty());
  CHECK(verdict(source, {201, kTokens - 201}, 9, 2).empty());
  CHECK(verdict(source, {150, 51}, 9, 2) == "token 9 at position 200 is outside the model's vocabulary of 9");
  CHECK(verdict(source, {0, 0}, 1, 2).empty());
}

TEST_CASE("a check stops on request") {
  const Stream stream({});
  const TokenSource source(stream.path());
  test::Silent silent;
  StopToken stop;
  stop.request(15);
  CHECK_THROWS_AS(check_vocabulary(source, source.all(), 10, 2, stop, silent), Interrupted);
  // The type alone says that nothing can be outside: nothing is read, so nothing is stopped.
  CHECK_NOTHROW(check_vocabulary(source, source.all(), 65536, 2, stop, silent));
}
