// A precision map on its way into a model.
#include "libcore/precision/apply.h"

#include "libcore/base/error.h"
#include "libcore/precision/map_builder.h"
#include "tests/support/catch.hpp"
#include "tests/unit/precision/small_models.h"

using namespace daybreak;
using namespace daybreak::precision;

TEST_CASE("a map becomes the formats of products, and one of another model is refused") {
  const model::Config config = small("gpt2");
  const std::vector<float> weights = lively_weights(config);
  const Profile profile = profile_of(config, weights, made_up_text(1, 12, 40), 1);
  std::vector<NumberFormat> formats(profile.tensors.size(), NumberFormat::f32);
  for (std::size_t t = 0; t < formats.size(); ++t)
    if (profile.tensors[t].gemm) formats[t] = t % 2 == 0 ? NumberFormat::bf16 : NumberFormat::f8_e4m3;
  records::PrecisionMap map =
      build_map(profile, Measure::directional, formats, std::vector<std::string>(formats.size(), "rule"));
  const model::Precision precision = gemm_precision(map, config, "map.json");
  for (std::size_t t = 0; t < formats.size(); ++t) {
    if (!profile.tensors[t].gemm) continue;
    const model::GemmPrecision of = precision.of(profile.tensors[t].module);
    CHECK(of.fprop == (formats[t] == NumberFormat::bf16 ? DAYBREAK_BF16 : DAYBREAK_F8_E4M3));
    CHECK(of.wgrad == DAYBREAK_BF16);
  }
  check_weights(map, config, weights, "map.json");
  std::vector<float> others = weights;
  others[5] += 1;
  CHECK_THROWS_AS(check_weights(map, config, others, "map.json"), Error);
  CHECK_THROWS_AS(gemm_precision(map, small("llama"), "map.json"), Error);
  CHECK_THROWS_AS(gemm_precision(map, model::parse_init("gpt2:d=64,layers=2,heads=4,vocab=40,context=16"), "map.json"),
                  Error);
  const auto refused = [&](auto change) {
    records::PrecisionMap changed = map;
    change(changed);
    CHECK_THROWS_AS(gemm_precision(changed, config, "map.json"), Error);
  };
  refused([](records::PrecisionMap& m) { m.gemms[0].second.fprop.b = NumberFormat::f32; });
  refused([](records::PrecisionMap& m) { m.gemms[0].second.dgrad.acc = NumberFormat::bf16; });
  refused([](records::PrecisionMap& m) { m.gemms[0].first = "transformer.h.9.attn.c_attn"; });
  refused([](records::PrecisionMap& m) { m.tensors[0].quant.emplace(); });
}
