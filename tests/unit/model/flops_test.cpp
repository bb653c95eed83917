// A step's operations by format, against counts by hand.
#include "libcore/model/flops.h"

#include "tests/support/catch.hpp"

using namespace daybreak::model;

TEST_CASE("one format has all operations of a step") {
  for (const char* spec : {"gpt2:d=4,layers=1,heads=2,vocab=10,context=8", "gpt2-124m", "llama-1b", "llama-8b"}) {
    INFO(spec);
    const Config config = parse_init(spec);
    const FlopsByFormat flops = training_flops_by_format(config, config.context, Precision::uniform(DAYBREAK_BF16));
    REQUIRE(flops.size() == 1);
    CHECK(flops.at(DAYBREAK_BF16) == training_flops_per_token(config, config.context));
  }
}

TEST_CASE("each product counts in its own format, attention in that of the activations") {
  // Width 4, MLP 16, vocabulary 10: c_attn 4 x 12, c_proj 4 x 4, c_fc 4 x 16, mlp.c_proj 16 x 4, head 10 x 4.
  const Config config = parse_init("gpt2:d=4,layers=1,heads=2,vocab=10,context=8");
  const Precision precision({DAYBREAK_BF16, DAYBREAK_BF16, DAYBREAK_F32}, DAYBREAK_BF16,
                            {{"transformer.h.0.mlp.c_fc", {DAYBREAK_F8_E4M3, DAYBREAK_F8_E5M2, DAYBREAK_BF16}},
                             {"transformer.wte", {DAYBREAK_F32, DAYBREAK_F32, DAYBREAK_F32}}});
  const FlopsByFormat flops = training_flops_by_format(config, 8, precision);
  CHECK(flops.at(DAYBREAK_F8_E4M3) == 2 * 64);
  CHECK(flops.at(DAYBREAK_F8_E5M2) == 2 * 64);
  CHECK(flops.at(DAYBREAK_F32) == 6 * 40 + 2 * (48 + 16 + 64));
  CHECK(flops.at(DAYBREAK_BF16) == 4 * (48 + 16 + 64) + 2 * 64 + 12 * 4 * 8);
  CHECK(total(flops) == training_flops_per_token(config, 8));
}

TEST_CASE("GPT-2 124M's work for a token is the well-known one") {
  // 12 layers of 12 d^2 and a tied head of 50257 d for d = 768, 6 each, and 12 * 12 * 768 * 1024 of attention.
  const double expected = 6 * (12 * 12 * 768.0 * 768 + 50257 * 768.0) + 12 * 12 * 768.0 * 1024;
  CHECK(total(training_flops_by_format(parse_init("gpt2-124m"), 1024, Precision())) == expected);
}
