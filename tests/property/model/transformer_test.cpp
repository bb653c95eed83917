// Laws of a transformer for any shape: how a batch is cut changes nothing but roundings, threads change no byte.
#include <rapidcheck.h>

#include <cmath>

#include "libcore/model/transformer.h"
#include "tests/support/catch.hpp"
#include "tests/unit/model/cases.h"

using namespace daybreak;
using namespace daybreak::model;

namespace {

Config any_config() {
  Config config;
  config.family = *rc::gen::element(Family::gpt2, Family::llama);
  config.layers = *rc::gen::inRange(1, 4);
  config.kv_heads = *rc::gen::inRange(1, 4);
  config.heads = config.family == Family::gpt2 ? config.kv_heads : config.kv_heads * *rc::gen::inRange(1, 4);
  config.head_width = 2 * *rc::gen::inRange(1, 9);
  config.width = config.family == Family::gpt2 ? config.heads * config.head_width : *rc::gen::inRange(1, 40);
  config.mlp_width = *rc::gen::inRange(1, 70);
  config.vocabulary = *rc::gen::inRange(2, 90);
  config.context = *rc::gen::inRange(2, 20);
  config.tied = *rc::gen::arbitrary<bool>();
  return config;
}

struct Result {
  double loss = 0;
  std::vector<float> logits, gradients;
};

/// Loss, logits and gradients of sequences that are fed `at_once` by at_once.
Result compute(const Config& config, const std::string& chip, unsigned threads, const Precision& precision, std::int64_t context,
               std::span<const std::uint32_t> tokens, std::span<const std::uint32_t> targets, std::int64_t at_once) {
  device::Device device = testing::open_chip(chip, threads);
  Transformer model(config, device, precision, at_once, context);
  model.set_weights(testing::test_weights(config));
  Result result;
  const auto most = static_cast<std::size_t>(at_once * context);
  for (std::size_t begin = 0; begin < tokens.size(); begin += most) {
    const std::size_t count = std::min(most, tokens.size() - begin);
    model.forward_logits(tokens.subspan(begin, count));
    const auto logits = model.logits();
    result.logits.insert(result.logits.end(), logits.begin(), logits.end());
    result.loss += model.loss_and_backward(targets.subspan(begin, count), 0.5f).sum;
  }
  result.gradients = model.gradients();
  return result;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, size = 1e-30;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - b[i], 2);
    size += std::pow(static_cast<double>(b[i]), 2);
  }
  return std::sqrt(difference / size);
}

}  // namespace

TEST_CASE("cutting a batch into any pieces adds up to the same gradient") {
  for (const std::string& chip : testing::chip_names())
    CHECK(rc::check(chip, [&] {
      const Config config = any_config();
      const std::int64_t sequences = *rc::gen::inRange(2, 6), at_once = *rc::gen::inRange<std::int64_t>(1, sequences);
      const auto sample = testing::sample_tokens("batch", sequences, config.context, config.vocabulary);
      const Result whole = compute(config, chip, 0, {}, config.context, sample.tokens, sample.targets, sequences);
      const Result pieces = compute(config, chip, 0, {}, config.context, sample.tokens, sample.targets, at_once);
      RC_ASSERT(std::abs(whole.loss - pieces.loss) <= 1e-5 * whole.loss);
      RC_ASSERT(distance(pieces.logits, whole.logits) <= 1e-5);
      RC_ASSERT(distance(pieces.gradients, whole.gradients) <= 1e-5);
    }));
}

TEST_CASE("every number of threads gives the same bytes") {
  CHECK(rc::check("cpu", [&] {
    const Config config = any_config();
    const auto type = *rc::gen::element(DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16);
    const auto sample = testing::sample_tokens("threads", 3, config.context, config.vocabulary);
    const Result one = compute(config, "cpu", 1, Precision::uniform(type), config.context, sample.tokens, sample.targets, 3);
    for (const unsigned threads : {2u, 3u, 7u}) {
      const Result more = compute(config, "cpu", threads, Precision::uniform(type), config.context, sample.tokens, sample.targets, 3);
      RC_ASSERT(more.loss == one.loss);
      RC_ASSERT(more.logits == one.logits);
      RC_ASSERT(more.gradients == one.gradients);
    }
  }));
}

TEST_CASE("no position sees a later one: a shorter context gives the beginning of the longer one's logits") {
  for (const std::string& chip : testing::chip_names())
    CHECK(rc::check(chip, [&] {
      const Config config = any_config();
      const std::int64_t shorter = *rc::gen::inRange<std::int64_t>(1, config.context);
      const auto sample = testing::sample_tokens("causal", 1, config.context, config.vocabulary);
      const auto part = static_cast<std::size_t>(shorter);
      const Result whole = compute(config, chip, 0, {}, config.context, sample.tokens, sample.targets, 1);
      const Result beginning = compute(config, chip, 0, {}, shorter, std::span(sample.tokens).first(part),
                                       std::span(sample.targets).first(part), 1);
      const std::vector<float> expected(whole.logits.begin(), whole.logits.begin() + shorter * config.vocabulary);
      RC_ASSERT(distance(beginning.logits, expected) <= 1e-5);
    }));
}

TEST_CASE("ignored targets add nothing: their gradient is that of the others") {
  CHECK(rc::check("reference", [&] {
    const Config config = any_config();
    auto sample = testing::sample_tokens("ignored", 2, config.context, config.vocabulary);
    const auto first = static_cast<std::size_t>(config.context);
    const Result alone = compute(config, "reference", 0, {}, config.context, std::span(sample.tokens).first(first),
                                 std::span(sample.targets).first(first), 1);
    std::fill(sample.targets.begin() + config.context, sample.targets.end(), kIgnoredTarget);
    const Result both = compute(config, "reference", 0, {}, config.context, sample.tokens, sample.targets, 2);
    RC_ASSERT(std::abs(both.loss - alone.loss) <= 1e-6 * alone.loss);
    RC_ASSERT(distance(both.gradients, alone.gradients) <= 1e-6);
  }));
}
