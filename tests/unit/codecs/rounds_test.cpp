// The rounds between pipelines: who goes on, by what samples and forecasts say.
#include "libcore/codecs/rounds.h"

#include <map>

#include "libcore/codecs/sample.h"
#include "libcore/codecs/steps.h"
#include "tests/support/catch.hpp"

using namespace daybreak::codecs;

namespace {

constexpr std::size_t kChunk = 1 << 20;

Pipeline pipeline(std::size_t i) {
  return {static_cast<Map>(i % 4), static_cast<Predict>(i / 4 % 5), Code::bins};
}

/// Sizes that a test sets, of a chunk of which a round sees kRounds bytes.
class SetTries : public Tries {
 public:
  std::map<std::string, std::array<std::size_t, 2>> sizes_of;
  std::array<std::size_t, 2> parts{kRounds[0], kRounds[1]};
  std::array<std::size_t, 2> asked{};

  std::size_t sample_bytes(std::size_t round) override { return parts[round]; }
  std::vector<std::size_t> sizes(std::size_t round, std::span<const Prospect> prospects) override {
    std::vector<std::size_t> sizes;
    for (const Prospect& one : prospects) sizes.push_back(sizes_of.at(pipeline_name(one.pipeline))[round]);
    asked[round] += prospects.size();
    return sizes;
  }
};

std::vector<Prospect> foreseen(std::size_t count) {
  std::vector<Prospect> all;
  for (std::size_t i = 0; i < count; ++i) {
    Prospect one;
    one.pipeline = pipeline(i);
    one.bytes = one.cost = 200000 + 1000 * i;
    all.push_back(one);
  }
  return all;
}

SetTries even_tries(std::span<const Prospect> prospects, std::size_t percent) {
  SetTries tries;
  for (const Prospect& one : prospects)
    tries.sizes_of[pipeline_name(one.pipeline)] = {kRounds[0] * percent / 100, kRounds[1] * percent / 100};
  return tries;
}

}  // namespace

TEST_CASE("the best of the larger sample is the finalist, whatever its forecast") {
  const auto all = foreseen(12);
  SetTries tries = even_tries(all, 50);
  tries.sizes_of[pipeline_name(pipeline(9))] = {kRounds[0] * 49 / 100, kRounds[1] * 20 / 100};
  const auto best = finalists(kSmallest, kChunk, all, tries);
  // The sample was not much better: whoever is close goes on, but not all.
  REQUIRE(best.size() == 1);
  CHECK(best[0].pipeline == pipeline(9));
  CHECK(tries.asked[0] == 12);
  CHECK(tries.asked[1] < 8);
}

TEST_CASE("two that samples find equal are both tried on the chunk") {
  const auto all = foreseen(6);
  SetTries tries = even_tries(all, 60);
  tries.sizes_of[pipeline_name(pipeline(0))] = tries.sizes_of[pipeline_name(pipeline(1))] = {9000, 36000};
  CHECK(finalists(kSmallest, kChunk, all, tries).size() == 2);
}

TEST_CASE("what a small sample cannot hold goes on where much is foretold of it") {
  auto all = foreseen(6);
  SetTries tries = even_tries(all, 50);
  tries.sizes_of[pipeline_name(pipeline(0))] = {kNotApplicable, kRounds[1] * 15 / 100};
  const auto best = finalists(kSmallest, kChunk, all, tries);
  REQUIRE(best.size() == 1);
  CHECK(best[0].pipeline == pipeline(0));
  all[0].bytes = all[0].cost = kChunk;
  CHECK_FALSE(finalists(kSmallest, kChunk, all, tries)[0].pipeline == pipeline(0));
}

TEST_CASE("what a small sample cannot hold is tried on the chunk where it is close and foretold to be better") {
  auto all = foreseen(6);
  SetTries tries = even_tries(all, 50);
  auto& late = tries.sizes_of[pipeline_name(pipeline(0))];
  const auto is_tried = [&] {
    const auto best = finalists(kSmallest, kChunk, all, tries);
    return best.size() == 2 && best[1].pipeline == pipeline(0);
  };
  late = {kNotApplicable, kRounds[1] * 52 / 100};
  CHECK(is_tried());
  late[1] = kRounds[1] * 60 / 100;
  CHECK_FALSE(is_tried());
}

TEST_CASE("the best by forecast challenges what the small sample could not hold") {
  const auto all = foreseen(6);
  SetTries tries = even_tries(all, 50);
  tries.sizes_of[pipeline_name(pipeline(1))] = {kNotApplicable, kRounds[1] * 48 / 100};
  const auto best = finalists(kSmallest, kChunk, all, tries);
  REQUIRE(best.size() == 2);
  CHECK(best[0].pipeline == pipeline(1));
  CHECK(best[1].pipeline == pipeline(0));
}

TEST_CASE("a forecast that is far off weighs no more than one that is near") {
  auto all = foreseen(2);
  SetTries tries = even_tries(all, 30);
  tries.sizes_of[pipeline_name(pipeline(0))] = {kRounds[0] * 32 / 100, kRounds[1] * 32 / 100};
  all[0].bytes = all[0].cost = 1000;
  CHECK(finalists(kSmallest, kChunk, all, tries)[0].pipeline == pipeline(1));
}

TEST_CASE("a sample that is the whole chunk settles it") {
  const auto all = foreseen(8);
  SetTries tries = even_tries(all, 50);
  tries.parts = {40000, 40000};
  for (auto& [name, sizes] : tries.sizes_of) sizes = {20000, 20000};
  tries.sizes_of[pipeline_name(pipeline(7))] = {19999, 19999};
  const auto best = finalists(kSmallest, 40000, all, tries);
  REQUIRE(best.size() == 1);
  CHECK(best[0].pipeline == pipeline(7));
  CHECK(tries.asked[1] == 0);
}

TEST_CASE("nothing is a finalist where nothing gains") {
  auto all = foreseen(4);
  for (Prospect& one : all) one.bytes = one.cost = 2 * kChunk;
  SetTries tries = even_tries(all, 100);
  CHECK(finalists(kSmallest, kChunk, all, tries).empty());
}

TEST_CASE("samples keep side by side what is, and are as large as was asked for") {
  std::vector<std::uint8_t> data(1 << 20);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::uint8_t>(i / 1024);  // the row of 1024 bytes
  for (const std::vector<std::uint64_t>& shape :
       {std::vector<std::uint64_t>{1 << 20}, {1024, 1024}, {4, 256, 1024}, {256, 4, 1024}, {4, 1 << 18}, {2, 2, 1 << 18}})
    for (const std::size_t bytes : kRounds) {
      const Sample sample = sample_of(shape, data, bytes);
      std::uint64_t count = 1;
      for (const std::uint64_t extent : sample.shape) count *= extent;
      CHECK(count == sample.data.size());
      CHECK(sample.data.size() <= bytes);
      CHECK(2 * sample.data.size() >= bytes);
      CHECK(sample.shape.size() <= shape.size() + 1);
    }
  const Sample rows = sample_of(std::vector<std::uint64_t>{1024, 1024}, data, kRounds[0]);
  for (std::size_t i = 0; i + 8 <= 32; i += 8) CHECK(rows.data[(i + 7) * 1024] == static_cast<std::uint8_t>(rows.data[i * 1024] + 7));
}

TEST_CASE("pipelines of pipelines take the time of what they find, and leave a second") {
  auto all = foreseen(6);
  for (Prospect& one : all) one.decode_ns = 1'000'000;
  all[5].pipeline = {Map::ordered, Predict::none, Code::stretches};
  all[5].decode_ns = 1;
  SetTries tries = even_tries(all, 50);
  tries.sizes_of[pipeline_name(all[5].pipeline)] = {kRounds[0] * 48 / 100, kRounds[1] * 48 / 100};
  tries.sizes_of[pipeline_name(all[1].pipeline)] = {kRounds[0] * 49 / 100, kRounds[1] * 49 / 100};
  const auto best = finalists(kBalanced, kChunk, all, tries);
  REQUIRE(best.size() == 2);
  CHECK(best[0].pipeline == all[5].pipeline);
  CHECK(best[0].decode_ns == 1'000'000);
  // A faster one is better than a few bytes less.
  all[0].decode_ns = 400'000;
  CHECK(finalists(kBalanced, kChunk, all, tries)[0].pipeline == all[0].pipeline);
}
