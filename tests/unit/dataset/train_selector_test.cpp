// Learning: trees fit what they are shown, and a model learns to choose.
#include "libcore/dataset/judge_selector.h"

#include <random>

#include "libcore/codecs/select.h"
#include "tests/support/catch.hpp"
#include "tests/unit/dataset/scratch_dataset.h"

using namespace daybreak;
using namespace daybreak::dataset;
using codecs::Feature;
using codecs::Features;

namespace {

std::vector<Features> random_rows(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Features> rows(count);
  for (Features& row : rows)
    for (auto& value : row.values) value = static_cast<std::int16_t>(random() % 2000 + 1);
  return rows;
}

double goal_of(const Features& row) {
  const bool high = row.of(Feature::delta) > 700, low = row.of(Feature::zero) <= 300;
  return high ? 900 : low ? -300 : 100;
}

}  // namespace

TEST_CASE("trees fit a function of two features, for rows not seen too") {
  const CutFeatures features(random_rows(3000, 1));
  std::vector<Goal> goals;
  for (std::size_t i = 0; i < features.size(); ++i) goals.push_back({i, goal_of(features.row(i)), 1});
  TreesOptions options;
  options.with_base = false;
  const codecs::BoostedTrees trees = fit_trees(features, goals, options);
  double errors = 0;
  const std::vector<Features> others = random_rows(500, 2);
  for (const Features& row : others) errors += std::abs(codecs::foretell(trees, row) - goal_of(row));
  CHECK(errors / static_cast<double>(others.size()) < 30);
}

TEST_CASE("a feature in proportion is the base") {
  const CutFeatures features(random_rows(500, 3));
  std::vector<Goal> goals;
  for (std::size_t i = 0; i < features.size(); ++i)
    goals.push_back({i, 256 * std::log2(features.row(i).of(Feature::median)) - 77, 1});
  const codecs::BoostedTrees trees = fit_trees(features, goals, {});
  CHECK(trees.base == static_cast<std::uint8_t>(Feature::median));
  for (std::size_t i = 0; i < 20; ++i) CHECK(std::abs(codecs::foretell(trees, features.row(i)) - goals[i].value) < 8);
}

namespace {

/// Chunks of which one of two pipelines makes little, as one feature tells.
std::vector<SelectorExample> two_kinds() {
  using enum codecs::Code;
  std::vector<SelectorExample> examples;
  std::mt19937 random(4);
  for (int dataset = 0; dataset < 6; ++dataset)
    for (int i = 0; i < 20; ++i) {
      SelectorExample example;
      example.dataset = "set " + std::to_string(dataset);
      for (auto& value : example.features.values) value = static_cast<std::int16_t>(random() % 1000 + 1);
      const bool first = example.features.of(Feature::matches) > 500;
      example.plain_bytes = 1 << 20, example.values = 1 << 18, example.sample_bytes = {1 << 15, 1 << 17};
      for (int k = 0; k < 12; ++k) {
        PipelineOutcome outcome;
        outcome.pipeline = {static_cast<codecs::Map>(k % 6), k < 6 ? codecs::Predict::none : codecs::Predict::delta, bins};
        const bool good = k == (first ? 0 : 11);
        outcome.bytes = good ? 100000 : 500000;
        outcome.samples = {{{good ? 3000u : 15000u, 0.002}, {good ? 12000u : 60000u, 0.03}}};
        outcome.encode_s = 1, outcome.decode_s = 0.001;
        example.outcomes.push_back(outcome);
      }
      examples.push_back(example);
    }
  return examples;
}

}  // namespace

TEST_CASE("a model chooses rightly for datasets that it was not fitted to") {
  daybreak::test::ScratchDataset scratch;
  const auto examples = two_kinds();
  const SelectorReport report = judge_selector(examples, {}, scratch.around());
  CHECK(report.datasets.size() == 6);
  CHECK(report.mean_regret < 0.05);
  CHECK(report.best_single_bytes > 2 * report.chosen_bytes);
  CHECK(report.selection_s < 0.1 * report.exhaustive_s);
  CHECK(report.plain_bytes == examples.size() << 20);
}

TEST_CASE("without the feature that tells, and without samples, a model chooses worse") {
  daybreak::test::ScratchDataset scratch;
  const auto examples = two_kinds();
  Handicap blind{.name = "blind", .blind_to = {Feature::matches}, .samples = false}, seeing{.samples = false};
  const SelectorReport without = judge_selector(examples, {}, scratch.around(2), blind);
  const SelectorReport with = judge_selector(examples, {}, scratch.around(2), seeing);
  CHECK(with.mean_regret < 0.2);
  CHECK(without.mean_regret > 10 * with.mean_regret + 0.5);
  CHECK(all_handicaps().size() == 6);
}

TEST_CASE("relatives hold the same numbers") {
  const std::vector<std::uint8_t> pixels{0, 51, 102, 255};
  TypedChunk chunk;
  chunk.type.shape = {2, 2};
  chunk.type.type = codecs::ElementType::u8;
  chunk.bytes = pixels;
  const auto relatives = relatives_of(chunk);
  REQUIRE(relatives.size() == 3);
  CHECK(relatives[0].type.shape == std::vector<std::uint64_t>{4});
  CHECK(relatives[0].bytes == pixels);
  const auto float_at = [](const TypedChunk& one, std::size_t i) { return std::bit_cast<float>(codecs::load_little<std::uint32_t>(one.bytes.data() + 4 * i)); };
  CHECK(float_at(relatives[1], 1) == 51.0F);
  CHECK(float_at(relatives[2], 1) == 51.0F / 255.0F);
  for (const TypedChunk& relative : relatives) {
    const SelectorExample example = observe("x", relative);
    CHECK(example.outcomes.size() > 5);
    CHECK(example.values == 4);
  }
}
