// Where a pass went wrong: each model here is made to overflow in one known place.
#include "libcore/model/inspection.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "libcore/model/mlp.h"
#include "libcore/model/transformer.h"
#include "tests/support/catch.hpp"

using namespace daybreak;
using namespace daybreak::model;

namespace {

constexpr const char* kGpt2 = "gpt2:d=16,layers=3,heads=2,vocab=11,context=8";
constexpr const char* kLlama = "llama:d=16,layers=3,heads=2,kv_heads=1,mlp=32,vocab=11,context=8";

/// Weights by name.
class Weights {
 public:
  explicit Weights(const Config& config) : table_(parameter_table(config)), flat_(initial_weights(config, 5)) {}

  std::span<float> of(std::string_view name) {
    const Parameter* found = find_parameter(table_, name);
    REQUIRE(found != nullptr);
    return std::span(flat_).subspan(static_cast<std::size_t>(found->offset), static_cast<std::size_t>(found->count));
  }
  void fill(std::string_view name, float value) { std::ranges::fill(of(name), value); }
  std::span<const float> flat() const { return flat_; }

 private:
  std::vector<Parameter> table_;
  std::vector<float> flat_;
};

using Spoil = std::function<void(Weights&)>;

/// What is found, which is the same whatever is computed again; "" where nothing is.
std::string found(const char* spec, const Spoil& spoil, float gradient_scale = 0.01f, const Precision& precision = {}) {
  const Config config = parse_init(spec);
  Weights weights(config);
  spoil(weights);
  device::Device device = device::Device::open("cpu", {1, {}}, DAYBREAK_CHIP_DIR);
  std::vector<std::uint32_t> tokens(16), targets(16);
  for (std::size_t i = 0; i < tokens.size(); ++i) tokens[i] = (3 * i) % 11, targets[i] = (3 * i + 3) % 11;
  std::vector<std::string> all;
  for (const Recompute recompute : {Recompute::none, Recompute::gelu_norm, Recompute::block}) {
    Transformer transformer(config, device, precision, 2, 8, {.recompute = recompute, .logit_rows = 5});
    transformer.set_weights(weights.flat());
    all.push_back(transformer.first_not_finite(tokens, targets, gradient_scale).value_or(""));
  }
  CHECK(all[0] == all[1]);
  CHECK(all[0] == all[2]);
  return all[0];
}

void nothing(Weights&) {}

}  // namespace

TEST_CASE("nothing is found where all is finite") {
  for (const char* spec : {kGpt2, kLlama})
    for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16, DAYBREAK_F16})
      CHECK(found(spec, nothing, 0.01f, Precision::uniform(type)) == "");
}

TEST_CASE("weights that are not finite are found by layer and name") {
  CHECK(found(kGpt2, [](Weights& w) { w.of("transformer.h.1.mlp.c_fc.weight")[700] = NAN; }) ==
        "forward, layer 1 weights (transformer.h.1.mlp.c_fc): 1 of 1024 numbers are not finite");
  CHECK(found(kGpt2, [](Weights& w) { w.fill("transformer.h.2.ln_1.bias", INFINITY); }) ==
        "forward, layer 2 biases (transformer.h.2.ln_1): 16 of 16 numbers are not finite");
  CHECK(found(kGpt2, [](Weights& w) { w.of("transformer.wpe.weight")[9] = NAN; }) ==
        "forward, weights (transformer.wpe): 1 of 128 numbers are not finite");
  CHECK(found(kLlama, [](Weights& w) { w.of("model.layers.2.self_attn.v_proj.weight")[0] = INFINITY; }) ==
        "forward, layer 2 weights (model.layers.2.self_attn.v_proj): 1 of 128 numbers are not finite");
  // 1e5 is beyond float16.
  CHECK(found(
            kGpt2, [](Weights& w) { w.of("transformer.h.1.attn.c_proj.weight")[3] = 1e5f; }, 0.01f,
            Precision::uniform(DAYBREAK_F16)) ==
        "forward, layer 1 weights as they are rounded (transformer.h.1.attn.c_proj): 1 of 256 numbers are not finite");
}

TEST_CASE("the first activation that overflows is found, not one that it spoils") {
  using Catch::StartsWith;
  for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16}) {
    const auto in = [&](const char* spec, const Spoil& spoil) {
      return found(spec, spoil, 0.01f, Precision::uniform(type));
    };
    CHECK_THAT(in(kGpt2,
                  [](Weights& w) {
                    w.fill("transformer.h.1.ln_1.bias", 10);
                    w.fill("transformer.h.1.attn.c_attn.weight", 1e38f);
                  }),
               StartsWith("forward, layer 1 query, key and value (transformer.h.1.attn.c_attn): 768 of 768 "));
    // Scores of 1e50.
    CHECK_THAT(in(kGpt2, [](Weights& w) { w.fill("transformer.h.2.attn.c_attn.bias", 1e25f); }),
               StartsWith("forward, layer 2 attention output (transformer.h.2.attn): "));
    CHECK_THAT(in(kGpt2,
                  [](Weights& w) {
                    w.fill("transformer.h.0.mlp.c_fc.bias", 10);
                    w.fill("transformer.h.0.mlp.c_proj.weight", 1e38f);
                  }),
               StartsWith("forward, layer 0 residual stream (transformer.h.0.mlp.c_proj): 256 of 256 "));
    CHECK_THAT(in(kGpt2,
                  [](Weights& w) {
                    w.fill("transformer.wte.weight", 10);
                    w.fill("transformer.ln_f.bias", 1e38f);
                  }),
               StartsWith("forward, logits (transformer.wte): "));
    CHECK_THAT(in(kLlama,
                  [](Weights& w) {
                    w.fill("model.layers.1.post_attention_layernorm.weight", 100);
                    w.fill("model.layers.1.mlp.up_proj.weight", 1e38f);
                  }),
               StartsWith("forward, layer 1 MLP hidden layer (model.layers.1.mlp.up_proj): "));
  }
}

TEST_CASE("the first gradient that overflows is found where the forward pass is finite") {
  using Catch::StartsWith;
  // The branch gives gelu(0) W = 0; its gradient is W's first column, 1e35 times that of the residual stream.
  const Spoil gpt2 = [](Weights& w) {
    w.fill("transformer.h.0.mlp.c_fc.weight", 0);
    w.fill("transformer.h.0.mlp.c_proj.weight", 0);
    for (std::size_t row = 0; row < 64; ++row) w.of("transformer.h.0.mlp.c_proj.weight")[16 * row] = 1e35f;
  };
  CHECK(found(kGpt2, gpt2) == "");
  CHECK_THAT(found(kGpt2, gpt2, 1e10f),
             StartsWith("backward, layer 0 gradient of the MLP hidden layer (transformer.h.0.mlp.c_fc): "));
  // Likewise silu(0) * up.
  const Spoil llama = [](Weights& w) {
    w.fill("model.layers.1.mlp.gate_proj.weight", 0);
    w.fill("model.layers.1.mlp.down_proj.weight", 0);
    for (std::size_t column = 0; column < 32; ++column) w.of("model.layers.1.mlp.down_proj.weight")[column] = 1e35f;
  };
  CHECK(found(kLlama, llama) == "");
  CHECK_THAT(found(kLlama, llama, 1e10f),
             StartsWith("backward, layer 1 gradient of the SwiGLU output (model.layers.1.mlp): "));
  CHECK_THAT(found(kGpt2, nothing, INFINITY), StartsWith("backward, gradient of the logits (transformer.wte): "));
}

TEST_CASE("a perceptron's first tensor that is not finite is found") {
  MlpConfig config;
  config.inputs = 4;
  config.outputs = 2;
  config.hidden = {5, 3};
  config.class_values = {0, 1};
  const std::vector<Parameter> table = parameter_table(config);
  device::Device device = device::Device::open("cpu", {1, {}}, DAYBREAK_CHIP_DIR);
  const std::vector<std::uint32_t> classes{1, 0};
  const auto found_of = [&](std::string_view name, float value, float input, float scale) {
    Mlp mlp(config, device, DAYBREAK_F32, 2);
    std::vector<float> weights = initial_weights(config, 7);
    if (const Parameter* one = find_parameter(table, name))
      std::fill_n(weights.begin() + one->offset, one->count, value);
    mlp.set_weights(weights);
    const std::vector<float> x{input, 1, 2, 3, 1, 0, 1, 2};
    return mlp.first_not_finite(x, {classes, {}}, scale).value_or("");
  };
  CHECK(found_of("", 0, 1, 0.5f) == "");
  CHECK(found_of("", 0, NAN, 0.5f) == "forward, samples: 1 of 8 numbers are not finite");
  CHECK(found_of("layers.1.bias", NAN, 1, 0.5f) ==
        "forward, layer 1 parameters (layers.1.bias): 3 of 3 numbers are not finite");
  CHECK(found_of("layers.0.weight", 3e38f, 1, 0.5f) ==
        "forward, layer 0 output (layers.0): 10 of 10 numbers are not finite");
  CHECK_THAT(found_of("", 0, 1, INFINITY), Catch::StartsWith("backward, layer 2 gradient (layers.2.weight): "));
}
