// Batches out of a dataset file: which tokens, in which order, and what a failure does.
#include "libcore/training/batch_loader.h"

#include "libcore/base/error.h"
#include "libcore/device/device.h"
#include "libcore/training/evaluation.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::training;

namespace {

constexpr std::uint64_t kTokens = 5000;

/// Token i of the stream: the low byte of a count that tells places apart.
std::uint32_t token_at(std::uint64_t place) {
  return static_cast<std::uint32_t>((place * 40503 >> 4) & 0xff);
}

class Stream {
 public:
  Stream() {
    std::vector<std::byte> bytes(kTokens);
    for (std::uint64_t i = 0; i < kTokens; ++i) bytes[i] = static_cast<std::byte>(token_at(i));
    dataset::CompressOptions options;
    options.chunk_bytes = 1024;
    dataset::compress(test::inputs_of(test::input_of({"tokens", io::DType::u8, {kTokens}}, bytes)), options, path(), "tokens.h5",
                      scratch_.around());
  }
  std::string path() const { return scratch_.path("tokens.h5").string(); }

 private:
  test::ScratchDataset scratch_;
};

}  // namespace

TEST_CASE("a batch holds the windows of its step and what follows each token") {
  const Stream stream;
  const TokenSource source(stream.path());
  REQUIRE(source.count() == kTokens);
  const TokenRange range{100, 4000};
  const BatchOptions options{3, 16, 0};
  const SampleOrder order(range.count, 16, 9);
  BatchLoader loader(source, range, options, 9, 1, 200);
  for (std::int64_t step = 1; step <= 200; ++step) {
    const Batch batch = loader.next();
    REQUIRE(batch.step == step);
    for (std::uint64_t row = 0; row < 3; ++row)
      for (std::uint64_t i = 0; i < 16; ++i) {
        const std::uint64_t place = 100 + order.first_token(3 * static_cast<std::uint64_t>(step - 1) + row) + i;
        REQUIRE(batch.tokens[16 * row + i] == token_at(place));
        REQUIRE(batch.targets[16 * row + i] == token_at(place + 1));
      }
  }
  CHECK(loader.reading().stalled_s() >= 0);
}

TEST_CASE("a rank reads its rows of each batch, and one without any waits for nothing") {
  const Stream stream;
  const TokenSource source(stream.path());
  const BatchOptions options{5, 16, 0};
  BatchLoader whole(source, source.all(), options, 9, 3, 20), part(source, source.all(), options, 9, 3, 20, {}, Range{1, 4}),
      none(source, source.all(), options, 9, 3, 20, {}, Range{5, 5});
  for (std::int64_t step = 3; step <= 20; ++step) {
    const Batch& all = whole.next();
    const Batch& mine = part.next();
    REQUIRE(mine.step == step);
    REQUIRE(std::equal(mine.tokens.begin(), mine.tokens.end(), all.tokens.begin() + 16, all.tokens.begin() + 64));
    REQUIRE(std::equal(mine.targets.begin(), mine.targets.end(), all.targets.begin() + 16, all.targets.begin() + 64));
    REQUIRE(none.next().tokens.empty());
  }
}

TEST_CASE("a loader that begins later gives what an earlier one gives then") {
  const Stream stream;
  const TokenSource source(stream.path());
  const BatchOptions options{4, 8, 0};
  BatchLoader whole(source, source.all(), options, 1, 1, 50), rest(source, source.all(), options, 1, 31, 50);
  for (int step = 1; step < 31; ++step) whole.next();
  for (int step = 31; step <= 50; ++step) {
    const Batch expected = whole.next(), found = rest.next();
    CHECK(found.step == expected.step);
    CHECK(found.tokens == expected.tokens);
    CHECK(found.targets == expected.targets);
  }
}

TEST_CASE("a failure of reading arrives where batches are taken, and a loader may be left early") {
  const Stream stream;
  const TokenSource source(stream.path());
  const BatchOptions options{1, 8, 0};
  BatchLoader beyond(source, {kTokens - 4, 1000}, options, 1, 1, 50);  // a range that leaves the stream
  CHECK_THROWS_AS([&] { for (int i = 0; i < 50; ++i) beyond.next(); }(), Error);
  BatchLoader left(source, source.all(), options, 1, 1, 1000000);
  left.next();
}

TEST_CASE("equal streams have one fingerprint") {
  const Stream stream, same;
  CHECK(TokenSource(stream.path()).fingerprint() == TokenSource(same.path()).fingerprint());
  CHECK(TokenSource(stream.path()).fingerprint().size() == 16);
}

TEST_CASE("an evaluation predicts every token but the first, whatever the batch") {
  const Stream stream;
  const TokenSource source(stream.path());
  device::Device device = device::Device::open("cpu", {2, {}}, DAYBREAK_CHIP_DIR);
  const model::Config config = model::parse_init("gpt2:d=32,layers=1,heads=2,vocab=256,context=16");
  const StopToken stop;
  std::vector<double> sums;
  for (const std::int64_t batch : {1, 3}) {
    model::Transformer transformer(config, device, {}, batch, 16);
    transformer.set_weights(model::initial_weights(config, 2));
    const model::Loss loss = evaluate(transformer, source, {7, 101}, stop);  // 6 sequences of 16, and 4 tokens more
    CHECK(loss.tokens == 100);
    sums.push_back(loss.sum);
  }
  CHECK_THAT(sums[0], Catch::Matchers::WithinRel(sums[1], 1e-6));
  CHECK_THAT(sums[0] / 100, Catch::Matchers::WithinAbs(5.545, 0.1));  // log 256: fresh weights know nothing
}

TEST_CASE("the pieces of an evaluation add up to the whole, whoever computes which") {
  const Stream stream;
  const TokenSource source(stream.path());
  device::Device device = device::Device::open("cpu", {1, {}}, DAYBREAK_CHIP_DIR);
  const model::Config config = model::parse_init("gpt2:d=32,layers=1,heads=2,vocab=256,context=16");
  const StopToken stop;
  model::Transformer transformer(config, device, {}, 2, 16);
  transformer.set_weights(model::initial_weights(config, 2));
  const TokenRange range{7, 101};
  const model::Loss whole = evaluate(transformer, source, range, stop);
  REQUIRE(evaluation_pieces(transformer, range) == 4);  // of 32 tokens, the last of 4
  std::vector<model::Loss> pieces;
  for (const Range part : {Range{0, 1}, Range{1, 1}, Range{1, 4}})
    for (const model::Loss& piece : evaluate_pieces(transformer, source, range, part, stop)) pieces.push_back(piece);
  CHECK(pieces.back().tokens == 4);
  CHECK(added_up(pieces).sum == whole.sum);
  CHECK(added_up(pieces).tokens == whole.tokens);
}
