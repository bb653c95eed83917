// The choice of a pipeline: it suits the data, is the same every time, and costs little beside the best of all.
#include "libcore/codecs/candidates.h"
#include "libcore/codecs/select.h"

#include "tests/support/catch.hpp"
#include "tests/unit/codecs/support.h"

using namespace daybreak::codecs;
using namespace daybreak::codecs::test;

namespace {

std::size_t chosen_bytes(const Sample& sample) {
  return frame_of(sample, best_pipeline(sample.type, sample.shape, sample.data)).size();
}

std::size_t least_bytes(const Sample& sample) {
  std::size_t least = ~std::size_t{0};
  for (const Pipeline pipeline : candidates(sample.type, sample.shape))
    least = std::min(least, frame_of(sample, pipeline).size());
  return least;
}

std::vector<Sample> samples() {
  std::mt19937 random(1);
  std::vector<float> weights, prices;
  std::vector<std::uint8_t> noise;
  for (int i = 0; i < 30000; ++i) {
    weights.push_back(std::normal_distribution<float>()(random));
    prices.push_back(static_cast<float>(static_cast<int>(random() % 5000)) / 100.0f);
    noise.push_back(static_cast<std::uint8_t>(random()));
  }
  return {sample_of(ElementType::f32, {30000}, weights), sample_of(ElementType::f32, {3000, 10}, prices),
          sample_of(ElementType::u8, {30000}, noise), sample_of(ElementType::i32, {8, 32, 64}, surface(8, 32, 64, 2))};
}

}  // namespace

TEST_CASE("the chosen pipeline is within two percent of the best candidate") {
  for (const Sample& sample : samples()) {
    INFO(pipeline_name(best_pipeline(sample.type, sample.shape, sample.data)));
    CHECK(chosen_bytes(sample) <= least_bytes(sample) * 102 / 100);
  }
}

TEST_CASE("noise is stored, and so is what is empty") {
  CHECK(best_pipeline(ElementType::u8, samples()[2].shape, samples()[2].data) == Pipeline{});
  const std::uint64_t none[] = {0, 5};
  CHECK(best_pipeline(ElementType::f32, none, {}, {&builtin_selector(), kBalanced}) == Pipeline{});
}

TEST_CASE("the preference for speed keeps from codes that decode one by one") {
  const Sample surface = samples()[3];
  const Pipeline fast = best_pipeline(surface.type, surface.shape, surface.data, {&builtin_selector(), kFastest});
  CHECK((fast.code == Code::bins || fast.code == Code::planes));
  CHECK(best_pipeline(surface.type, surface.shape, surface.data, {&builtin_selector(), kFastest}) == fast);
}

TEST_CASE("a large chunk is judged by a sample, and rightly") {
  const auto sample = sample_of(ElementType::i32, {4, 512, 512}, surface(4, 512, 512, 3));
  CHECK(chosen_bytes(sample) <= frame_of(sample, {Map::ordered, Predict::delta, Code::bins}).size());
  CHECK(chosen_bytes(sample) < sample.data.size() / 5);
}

TEST_CASE("every candidate is a pipeline of its own") {
  const std::uint64_t shape[] = {4, 5, 6};
  for (const ElementType type : kTypes) {
    const auto all = candidates(type, shape);
    for (std::size_t i = 0; i < all.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) CHECK_FALSE(all[i] == all[j]);
    CHECK(all.size() > 5);
  }
}
