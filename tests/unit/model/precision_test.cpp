#include "libcore/model/precision.h"

#include "libcore/base/error.h"
#include "libcore/model/layers.h"
#include "tests/support/catch.hpp"

using namespace daybreak::model;

namespace {

constexpr GemmPrecision all(daybreak_dtype type) {
  return {type, type, type};
}

}  // namespace

TEST_CASE("a module has its own formats or the default's; a tied head listens to its embedding") {
  const Precision p({DAYBREAK_BF16, DAYBREAK_BF16, DAYBREAK_F32}, DAYBREAK_BF16,
                    {{"transformer.wte", all(DAYBREAK_F32)}, {"a", all(DAYBREAK_F16)}});
  CHECK(p.of("a") == all(DAYBREAK_F16));
  CHECK(p.of("b").wgrad == DAYBREAK_F32);
  CHECK(p.of("b").fprop == DAYBREAK_BF16);
  CHECK(p.of("lm_head") == all(DAYBREAK_F32));
  CHECK(Precision::uniform(DAYBREAK_F16).of("lm_head") == all(DAYBREAK_F16));
  CHECK_THROWS_AS(Precision::uniform(DAYBREAK_F8_E4M3), daybreak::Error);
}

TEST_CASE("a map of modules keeps activations as most products want them") {
  const std::map<std::string, GemmPrecision> two_bf16{{"a", all(DAYBREAK_BF16)}, {"b", all(DAYBREAK_F8_E4M3)}, {"c", all(DAYBREAK_F32)}};
  CHECK(Precision::from_modules({}, all(DAYBREAK_F32)).activations() == DAYBREAK_F32);
  CHECK(Precision::from_modules({}, all(DAYBREAK_F16)).activations() == DAYBREAK_F16);
  CHECK(Precision::from_modules(two_bf16, all(DAYBREAK_F32)).activations() == DAYBREAK_F32);
  CHECK(Precision::from_modules(two_bf16, all(DAYBREAK_BF16)).activations() == DAYBREAK_BF16);
  CHECK(Precision::from_modules(two_bf16, all(DAYBREAK_BF16)).of("b") == all(DAYBREAK_F8_E4M3));
}

TEST_CASE("an operand is kept in what loses nothing that a product needs") {
  CHECK(storage_type({DAYBREAK_BF16, DAYBREAK_BF16}, DAYBREAK_BF16) == DAYBREAK_BF16);
  CHECK(storage_type({DAYBREAK_BF16, DAYBREAK_F32}, DAYBREAK_BF16) == DAYBREAK_F32);
  CHECK(storage_type({DAYBREAK_BF16, DAYBREAK_F16}, DAYBREAK_BF16) == DAYBREAK_F32);
  CHECK(storage_type({DAYBREAK_F16, DAYBREAK_F8_E5M2}, DAYBREAK_BF16) == DAYBREAK_F16);
  CHECK(storage_type({DAYBREAK_F8_E4M3}, DAYBREAK_BF16) == DAYBREAK_BF16);
  CHECK(storage_type({DAYBREAK_BF16}, DAYBREAK_F32) == DAYBREAK_F32);
}

TEST_CASE("modules that a model does not multiply by are refused by name") {
  const Config config = parse_init("gpt2:d=16,layers=2,heads=2,vocab=11,context=8");
  const auto check = [&](const char* module) {
    Precision(all(DAYBREAK_F32), DAYBREAK_F32, {{module, all(DAYBREAK_BF16)}}).check(config, "map.json");
  };
  for (const char* good : {"transformer.h.1.attn.c_attn", "transformer.wte", "lm_head"}) CHECK_NOTHROW(check(good));
  for (const char* bad : {"transformer.h.2.attn.c_attn", "transformer.wpe", "transformer.ln_f", "model.layers.0.mlp.up_proj"})
    CHECK_THROWS_WITH(check(bad), Catch::Contains("map.json") && Catch::Contains(bad));
}

TEST_CASE("names of formats") {
  for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16, DAYBREAK_F8_E4M3, DAYBREAK_F8_E5M2})
    CHECK(parse_gemm_type(gemm_type_name(type)) == type);
  CHECK(parse_gemm_type("bf16") == DAYBREAK_BF16);
  CHECK_THROWS_WITH(parse_gemm_type("int8"), Catch::Contains("int8"));
}
