// The selector's model: its file, and the one that is built in.
#include "libcore/codecs/selector_model.h"

#include "libcore/codecs/candidates.h"
#include "libcore/codecs/select.h"
#include "tests/support/catch.hpp"
#include "tests/unit/codecs/support.h"

using namespace daybreak::codecs;
using namespace daybreak::codecs::test;

namespace {

/// Foretells 200 where the density is above 100, else 0, and log2(density) besides.
SelectorModel small_model() {
  BoostedTrees trees;
  trees.base = static_cast<std::uint8_t>(Feature::density);
  trees.offset = -5;
  trees.trees = {{{static_cast<std::uint8_t>(Feature::density), 2, 100}, {TreeNode::kLeaf, 0, 0}, {TreeNode::kLeaf, 0, 100}}};
  SelectorModel model;
  model.card = "{}";
  model.entries = {{{Map::ordered, Predict::none, Code::bins}, trees, {}}};
  return model;
}

}  // namespace

TEST_CASE("trees foretell what they say") {
  const SelectorModel model = small_model();
  Features features;
  features.of(Feature::density) = 64;
  CHECK(model.forecast({Map::ordered, Predict::none, Code::bins}, features)->bits == 6 * 256 - 5);
  features.of(Feature::density) = 128;
  CHECK(model.forecast({Map::ordered, Predict::none, Code::bins}, features)->bits == 7 * 256 - 5 + 200);
  CHECK_FALSE(model.forecast({Map::grid, Predict::none, Code::bins}, features));
}

TEST_CASE("a model's file gives the model back") {
  const Bytes bytes = write_selector(small_model());
  SelectorModel back;
  REQUIRE(read_selector(bytes, back) == Status::ok);
  CHECK(write_selector(back) == bytes);
  CHECK(back.card == "{}");
}

TEST_CASE("a damaged model's file is refused") {
  const Bytes bytes = write_selector(small_model());
  SelectorModel back;
  for (std::size_t length = 0; length < bytes.size(); ++length)
    CHECK(read_selector(ByteSpan(bytes).first(length), back) != Status::ok);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    Bytes damaged = bytes;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ 1u << bit % 8);
    CHECK(read_selector(damaged, back) != Status::ok);
  }
}

TEST_CASE("trees come back as they were written") {
  std::mt19937 random(7);
  BoostedTrees trees;
  trees.base = 3, trees.offset = -700;
  const auto leaf = [&] { return TreeNode{TreeNode::kLeaf, 0, static_cast<std::int16_t>(random() % 256 - 128)}; };
  const auto decision = [&](std::uint8_t above) {
    return TreeNode{static_cast<std::uint8_t>(random() % kFeatures), above, static_cast<std::int16_t>(random() % 40 - 20)};
  };
  for (int i = 0; i < 50; ++i) {
    trees.trees.push_back({decision(2), leaf(), leaf()});
    trees.trees.push_back({decision(4), decision(3), leaf(), leaf(), leaf()});
    trees.trees.push_back({decision(2), leaf(), decision(4), leaf(), decision(6), leaf(), leaf()});
  }
  Thresholds thresholds, thresholds_back;
  collect_thresholds(trees, thresholds);
  ByteWriter out;
  write_thresholds(thresholds, out);
  write_trees(trees, thresholds, out);
  ByteReader in(out.span());
  BoostedTrees back;
  REQUIRE(read_thresholds(in, thresholds_back));
  REQUIRE(read_trees(in, thresholds_back, back));
  CHECK(in.finished());
  for (int i = 0; i < 200; ++i) {
    Features features;
    for (auto& value : features.values) value = static_cast<std::int16_t>(random() % 60 - 30);
    CHECK(foretell(back, features) == foretell(trees, features));
  }
}

TEST_CASE("trees that no model writes are refused") {
  Thresholds thresholds;
  thresholds[0] = {5};
  // Base, offset, one tree; then its decisions: an unknown feature, an unknown threshold, none of five levels a leaf.
  for (const std::vector<std::uint8_t>& tree :
       {std::vector<std::uint8_t>{kFeatures | 192, 0, 1, 1}, {192, 1, 1, 1}, {192, 0, 1}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}}) {
    std::vector<std::uint8_t> bytes{BoostedTrees::kNoBase, 0, 0, 1};
    bytes.insert(bytes.end(), tree.begin(), tree.end());
    ByteReader in(bytes);
    BoostedTrees back;
    CHECK_FALSE(read_trees(in, thresholds, back));
  }
}

TEST_CASE("the built-in model knows every candidate") {
  REQUIRE_FALSE(builtin_selector().entries.empty());
  CHECK(builtin_selector().card.find("daybreak.selector-card/1") != std::string::npos);
  for (const ElementType type : kTypes)
    for (const std::vector<std::uint64_t>& shape : {std::vector<std::uint64_t>{100000}, {1000, 100}, {10, 100, 100}})
      for (const Pipeline pipeline : candidates(type, shape)) {
        INFO(pipeline_name(pipeline));
        CHECK(builtin_selector().forecast(pipeline, {}));
      }
}

TEST_CASE("a pipeline that the model does not know is tried") {
  std::mt19937 random(3);
  std::vector<float> prices(30000);
  for (float& price : prices) price = static_cast<float>(random() % 5000) / 100.0F;
  const auto sample = sample_of(ElementType::f32, {30000}, prices);
  const SelectorModel none;
  const Pipeline chosen = best_pipeline(sample.type, sample.shape, sample.data, {&none, kSmallest});
  CHECK((chosen.map == Map::grid || chosen.map == Map::tokens || chosen.map == Map::grid_folded));
}

TEST_CASE("experience corrects what is foretold") {
  const Pipeline bins{Map::ordered, Predict::none, Code::bins};
  Experience experience;
  Prospect prospect{bins};
  prospect.bits = 3 * 256;
  experience.learn(prospect, 200, 100);  // 16 bits a value where 8 were foretold
  CHECK(experience.correction(bins) == 256);
  prospect.correction = 256;             // what is learned is the error of the model, not of what was corrected
  prospect.bits = 4 * 256;
  experience.learn(prospect, 200, 100);
  CHECK(experience.correction(bins) == 256);
  Experience sum;
  sum.add(experience);
  sum.add(experience);
  CHECK(sum.count(bins) == 4);
  CHECK(sum.correction(bins) == 256);
  CHECK(sum.correction({Map::grid, Predict::none, Code::bins}) == 0);
}
