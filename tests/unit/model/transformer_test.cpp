// What a Transformer promises beside its numbers: repeated backward passes, mixed formats, refusals.
#include "libcore/model/transformer.h"

#include <cmath>

#include "libcore/base/error.h"
#include "tests/support/catch.hpp"
#include "tests/unit/model/cases.h"

using namespace daybreak;
using namespace daybreak::model;

namespace {

const char* const kSpecs[] = {"gpt2:d=32,layers=2,heads=4,vocab=50,context=16",
                              "llama:d=32,layers=2,heads=4,kv_heads=2,mlp=48,vocab=50,context=16"};

Transformer make(const std::string& spec, const std::string& chip, const Precision& precision = {}, std::int64_t batch = 2,
                 const MemoryOptions& options = {}, unsigned threads = 0) {
  const Config config = parse_init(spec);
  device::Device device = testing::open_chip(chip, threads);
  Transformer model(config, device, precision, batch, 12, options);
  model.set_weights(testing::test_weights(config));
  return model;
}

double distance(const std::vector<float>& a, const std::vector<float>& b) {
  double difference = 0, size = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference += std::pow(static_cast<double>(a[i]) - b[i], 2);
    size += std::pow(static_cast<double>(b[i]), 2);
  }
  return std::sqrt(difference / size);
}

}  // namespace

TEST_CASE("backward passes with other targets need no other forward pass") {
  for (const std::string& chip : testing::chip_names())
    for (const char* spec : kSpecs) {
      INFO(chip << " " << spec);
      const auto sample = testing::sample_tokens("first", 2, 12, 50), other = testing::sample_tokens("second", 2, 12, 50);
      Transformer model = make(spec, chip), fresh = make(spec, chip);
      model.forward_logits(sample.tokens);
      const auto logits = model.logits();
      const Loss first = model.loss_and_backward(sample.targets, 0.5f);
      CHECK(model.logits() == logits);
      const Loss second = model.loss_and_backward(other.targets, 0.25f);
      CHECK(first.tokens == 24);

      CHECK(fresh.forward(sample.tokens, other.targets).sum == second.sum);
      fresh.backward(0.25f);
      auto alone = fresh.gradients();
      fresh.zero_gradients();
      CHECK(fresh.forward(sample.tokens, sample.targets).sum == first.sum);
      fresh.backward(0.5f);
      const auto half = fresh.gradients();
      for (std::size_t i = 0; i < alone.size(); ++i) alone[i] += half[i];
      CHECK(distance(model.gradients(), alone) < 1e-6);
    }
}

TEST_CASE("gradients of q, k and v's biases are the slopes of the loss") {
  for (const std::string& chip : testing::chip_names()) {
    const std::string spec = "llama:d=32,layers=2,heads=4,kv_heads=2,mlp=48,vocab=50,context=16,dialect=qwen2";
    const Config config = parse_init(spec);
    const auto sample = testing::sample_tokens("first", 2, 12, 50);
    Transformer model = make(spec, chip);
    auto weights = testing::test_weights(config);
    model.forward(sample.tokens, sample.targets);
    model.backward(1);
    const auto gradients = model.gradients();
    const std::vector<Parameter> table = parameter_table(config);
    for (const char* name : {"q", "k", "v"}) {
      const Parameter* bias = find_parameter(table, "model.layers.0.self_attn." + std::string(name) + "_proj.bias");
      REQUIRE(bias != nullptr);
      for (const std::int64_t i : {0, 5, 15}) {
        const auto at = static_cast<std::size_t>(bias->offset + i);
        const auto loss_at = [&](float value) {
          auto moved = weights;
          moved[at] = value;
          model.set_weights(moved);
          return model.forward(sample.tokens, sample.targets).sum;
        };
        const float step = 0.02f;
        const double slope = (loss_at(weights[at] + step) - loss_at(weights[at] - step)) / (2.0 * step);
        INFO(chip << " " << name << " " << i);
        CHECK_THAT(gradients[at], Catch::Matchers::WithinAbs(slope, 3e-3 * (1 + std::fabs(slope))));
      }
    }
  }
}

TEST_CASE("the mean loss of weights that know nothing is the logarithm of the vocabulary") {
  const Config config = parse_init("gpt2:d=32,layers=2,heads=4,vocab=50,context=16");
  device::Device device = testing::open_chip("reference");
  Transformer model(config, device, {}, 2, 12);
  auto weights = testing::test_weights(config);
  std::fill(weights.begin(), weights.begin() + 50 * 32, 0.0f);  // the tied head
  model.set_weights(weights);
  const auto sample = testing::sample_tokens("first", 2, 12, 50);
  CHECK_THAT(model.forward(sample.tokens, sample.targets).mean(), Catch::Matchers::WithinAbs(std::log(50.0), 1e-6));
}

TEST_CASE("the gradient is the slope of the loss") {
  const auto sample = testing::sample_tokens("slope", 2, 12, 50);
  for (const char* spec : kSpecs) {
    Transformer model = make(spec, "reference");
    model.forward(sample.tokens, sample.targets);
    model.backward(1);
    const auto gradients = model.gradients();
    const auto weights = model.weights();
    for (const Parameter& p : model.parameters()) {
      // Along the gradient of one tensor the loss rises by its squared norm.
      double square = 0;
      for (std::int64_t i = p.offset; i < p.offset + p.count; ++i)
        square += std::pow(static_cast<double>(gradients[static_cast<std::size_t>(i)]), 2);
      const double step = 2e-3 / std::sqrt(square);
      const auto loss_at = [&](double along) {
        auto moved = weights;
        for (std::int64_t i = p.offset; i < p.offset + p.count; ++i)
          moved[static_cast<std::size_t>(i)] += static_cast<float>(along * gradients[static_cast<std::size_t>(i)]);
        model.set_weights(moved);
        return model.forward(sample.tokens, sample.targets).sum;
      };
      INFO(p.name);
      CHECK_THAT((loss_at(step) - loss_at(-step)) / (2 * step * square), Catch::Matchers::WithinRel(1.0, 0.02));
    }
  }
}

TEST_CASE("modules may differ in format; those that are coarse cost most") {
  const auto sample = testing::sample_tokens("mixed", 2, 12, 50);
  const GemmPrecision f32{}, bf16{DAYBREAK_BF16, DAYBREAK_BF16, DAYBREAK_BF16}, f8{DAYBREAK_F8_E4M3, DAYBREAK_F8_E5M2, DAYBREAK_F8_E5M2};
  for (const std::string& chip : testing::chip_names())
    for (const char* spec : kSpecs) {
      INFO(chip << " " << spec);
      const bool gpt2 = std::string_view(spec).starts_with("gpt2");
      const std::string coarse = gpt2 ? "transformer.h.0.mlp.c_fc" : "model.layers.0.mlp.up_proj";
      const std::string fine = gpt2 ? "transformer.h.1.mlp.c_proj" : "model.layers.1.self_attn.q_proj";
      const auto gradients = [&](const Precision& precision) {
        Transformer model = make(spec, chip, precision);
        model.forward(sample.tokens, sample.targets);
        model.backward(1);
        return model.gradients();
      };
      const auto exact = gradients({});
      const double all_bf16 = distance(gradients(Precision::uniform(DAYBREAK_BF16)), exact);
      const double mixed = distance(gradients({bf16, DAYBREAK_BF16, {{fine, f32}}}), exact);
      const double with_f8 = distance(gradients({bf16, DAYBREAK_BF16, {{coarse, f8}, {fine, f32}}}), exact);
      const double one_bf16 = distance(gradients({f32, DAYBREAK_F32, {{coarse, bf16}}}), exact);
      CHECK(all_bf16 > 1e-4);
      CHECK(mixed < 0.05);
      CHECK(with_f8 > 2 * mixed);
      CHECK(one_bf16 > 0);
      CHECK(one_bf16 < all_bf16);
    }
}

TEST_CASE("gradients of the logits may come from the caller: those of cross-entropy give its own gradients") {
  const auto sample = testing::sample_tokens("given", 2, 12, 50);
  for (const std::string& chip : testing::chip_names())
    for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16}) {
      INFO(chip << " " << gemm_type_name(type));
      Transformer model = make(kSpecs[1], chip, Precision::uniform(type));
      model.forward(sample.tokens, sample.targets);
      auto given = model.logits();
      for (std::size_t row = 0; row < sample.targets.size(); ++row) {
        const auto logits = std::span(given).subspan(row * 50, 50);
        double sum = 0;
        for (float& value : logits) sum += std::exp(static_cast<double>(value));
        for (float& value : logits) value = static_cast<float>(std::exp(static_cast<double>(value)) / sum);
        logits[sample.targets[row]] -= 1;
      }
      model.backward_from(given);
      const auto from_given = model.gradients();
      model.zero_gradients();
      model.backward(1);  // brings the logits back first
      CHECK(distance(from_given, model.gradients()) < (type == DAYBREAK_F32 ? 1e-6 : 1e-3));
      CHECK_THROWS_AS(model.backward_from(std::span(given).first(50)), Error);
    }
}

TEST_CASE("what is computed again is the same bytes, in less memory, for any number of threads") {
  const auto first = testing::sample_tokens("first", 2, 12, 50), second = testing::sample_tokens("second", 1, 12, 50);
  for (const std::string& chip : testing::chip_names())
    for (const char* spec : kSpecs)
      for (const daybreak_dtype type : {DAYBREAK_F32, DAYBREAK_BF16}) {
        struct Result {
          std::vector<double> losses;
          std::vector<float> gradients;
          std::size_t bytes;
        };
        const auto compute = [&](Recompute recompute, unsigned threads) {
          const Precision precision = Precision::uniform(type);
          Transformer model = make(spec, chip, precision, 2, {.recompute = recompute, .logit_rows = 1024}, threads);
          Result result;
          // Twice after one forward pass, then after one of fewer sequences.
          model.forward_logits(first.tokens);
          result.losses.push_back(model.loss_and_backward(first.targets, 1).sum);
          result.losses.push_back(model.loss_and_backward(first.targets, 0.5f).sum);
          model.forward_logits(second.tokens);
          result.losses.push_back(model.loss_and_backward(second.targets, 2).sum);
          result.gradients = model.gradients();
          result.bytes = model.arena_bytes();
          device::Device device = testing::open_chip(chip);
          CHECK(plan_memory(model.config(), device, precision, 2, 12, {.recompute = recompute}).total() == result.bytes);
          return result;
        };
        INFO(chip << " " << spec << " " << gemm_type_name(type));
        const Result kept = compute(Recompute::none, 1);
        std::size_t bytes = kept.bytes;
        for (const Recompute recompute : {Recompute::gelu_norm, Recompute::block}) {
          const Result again = compute(recompute, 2);
          CHECK(again.losses == kept.losses);
          CHECK(again.gradients == kept.gradients);
          CHECK(again.bytes < bytes);
          bytes = again.bytes;
        }
      }
}

TEST_CASE("logits a few rows at a time are those of all rows, and so are losses and gradients") {
  const auto sample = testing::sample_tokens("pieces", 2, 12, 50);
  for (const std::string& chip : testing::chip_names())
    for (const char* spec : kSpecs) {
      INFO(chip << " " << spec);
      Transformer whole = make(spec, chip), pieces = make(spec, chip, {}, 2, {.logit_rows = 5});
      whole.forward_logits(sample.tokens);
      pieces.forward_logits(sample.tokens);
      CHECK(distance(pieces.logits(), whole.logits()) < 1e-6);
      CHECK(distance(pieces.logits_at(1, 7), whole.logits_at(1, 7)) < 1e-6);
      const double loss = whole.loss(sample.targets).sum;
      CHECK_THAT(pieces.loss(sample.targets).sum, Catch::Matchers::WithinRel(loss, 1e-6));
      CHECK_THAT(pieces.loss_and_backward(sample.targets, 1).sum, Catch::Matchers::WithinRel(loss, 1e-6));
      whole.backward(1);
      CHECK(distance(pieces.gradients(), whole.gradients()) < 1e-6);
      pieces.zero_gradients();
      whole.zero_gradients();
      for (const float value : whole.gradients()) CHECK(value == 0);
      const auto given = whole.logits();
      pieces.backward_from(given);
      whole.backward_from(given);
      CHECK(distance(pieces.gradients(), whole.gradients()) < 1e-6);
    }
}

TEST_CASE("gradients that are forgotten are not added to") {
  const auto sample = testing::sample_tokens("first", 2, 12, 50);
  for (const char* spec : kSpecs) {
    Transformer model = make(spec, "cpu");
    model.forward(sample.tokens, sample.targets);
    model.backward(1);
    const auto once = model.gradients();
    for (int i = 0; i < 2; ++i) {
      model.zero_gradients();
      model.backward(1);
      CHECK(model.gradients() == once);
    }
    model.backward(1);
    auto twice = once;
    for (float& value : twice) value *= 2;
    CHECK(distance(model.gradients(), twice) < 1e-6);
  }
}

TEST_CASE("what a backward pass says to be done with stays as it is, and is told of from the end to the beginning") {
  for (const std::string& chip : testing::chip_names())
    for (const std::string spec : kSpecs)
      for (const char* tied : {"", ",tied=0", ",tied=1"})
        for (const Recompute recompute : {Recompute::none, Recompute::block}) {
          INFO(chip << " " << spec << tied);
          const auto sample = testing::sample_tokens("first", 2, 12, 50);
          Transformer model = make(spec + tied, chip, {}, 2, {.recompute = recompute});
          const auto flat = static_cast<std::size_t>(model.flat_size());
          device::Device device = testing::open_chip(chip);
          for (int pass = 0; pass < 2; ++pass) {  // the second adds to the first
            std::vector<std::size_t> begins{flat};
            std::vector<float> told(flat);
            model.train(sample.tokens, sample.targets, 0.5f, [&](std::int64_t element) {
              const auto begin = static_cast<std::size_t>(element);
              REQUIRE(begin < begins.back());
              device.copy_out(told.data() + begin, model.gradient_memory() + begin, (begins.back() - begin) * sizeof(float));
              begins.push_back(begin);
            });
            CHECK(begins.size() == 1 + 2 + 2);  // head, two blocks, embedding
            CHECK(begins.back() == 0);
            CHECK(told == model.gradients());
          }
          Transformer plain = make(spec + tied, chip, {}, 2, {.recompute = recompute});
          for (int pass = 0; pass < 2; ++pass) plain.train(sample.tokens, sample.targets, 0.5f);
          CHECK(plain.gradients() == model.gradients());
        }
}

TEST_CASE("weights without a master are bf16: the passes are those of a master rounded to it") {
  const auto sample = testing::sample_tokens("master", 2, 12, 50);
  const Precision bf16 = Precision::uniform(DAYBREAK_BF16);
  for (const std::string& chip : testing::chip_names())
    for (const char* spec : kSpecs) {
      INFO(chip << " " << spec);
      Transformer narrow = make(spec, chip, bf16, 2, {.master_weights = false}), wide = make(spec, chip, bf16);
      CHECK(narrow.weight_type() == DAYBREAK_BF16);
      CHECK(narrow.weight_copy() == nullptr);
      CHECK(narrow.arena_bytes() < wide.arena_bytes());
      wide.set_weights(narrow.weights());
      CHECK(narrow.forward(sample.tokens, sample.targets).sum == wide.forward(sample.tokens, sample.targets).sum);
      narrow.backward(1);
      wide.backward(1);
      CHECK(narrow.gradients() == wide.gradients());
    }
  CHECK_THROWS_WITH(make(kSpecs[0], "cpu", {}, 2, {.master_weights = false}), Catch::Contains("bf16"));
}

TEST_CASE("the copy of the weights follows set_weights() and weights_changed()") {
  const auto sample = testing::sample_tokens("copy", 2, 12, 50);
  Transformer model = make(kSpecs[0], "reference", Precision::uniform(DAYBREAK_BF16));
  CHECK(model.copy_type() == DAYBREAK_BF16);
  REQUIRE(model.weight_copy() != nullptr);
  CHECK(make(kSpecs[0], "reference").weight_copy() == nullptr);
  const double before = model.forward(sample.tokens, sample.targets).sum;
  auto weights = model.weights();
  for (float& value : weights) value *= 0.5f;
  device::Device device = testing::open_chip("reference");  // host memory: the address means the same
  device.copy_in(model.device_weights(), weights.data(), weights.size() * sizeof(float));
  model.weights_changed();
  const double after = model.forward(sample.tokens, sample.targets).sum;
  CHECK(after != before);
  model.set_weights(weights);
  CHECK(model.forward(sample.tokens, sample.targets).sum == after);
}

TEST_CASE("fewer sequences than the batch, and ignored targets") {
  const auto sample = testing::sample_tokens("fewer", 1, 12, 50);
  Transformer model = make(kSpecs[1], "reference", {}, 3), one = make(kSpecs[1], "reference", {}, 1);
  CHECK(model.forward(sample.tokens, sample.targets).sum == one.forward(sample.tokens, sample.targets).sum);
  CHECK(model.logits() == one.logits());
  const auto last = model.logits_at(0, 11), all = model.logits();
  CHECK(std::vector<float>(all.end() - 50, all.end()) == last);

  const std::vector<std::uint32_t> none(12, kIgnoredTarget);
  const Loss loss = model.loss_and_backward(none, 1);
  CHECK(loss.sum == 0);
  CHECK(loss.tokens == 0);
  CHECK(loss.mean() == 0);
  for (const float value : model.gradients()) CHECK(value == 0);
}

TEST_CASE("what cannot be computed is refused in words") {
  const Config config = parse_init(kSpecs[0]);
  device::Device device = testing::open_chip("reference");
  CHECK_THROWS_WITH(Transformer(config, device, {}, 1, 17), Catch::Contains("at most 16"));
  CHECK_THROWS_WITH(Transformer(config, device, {}, 0, 4), Catch::Contains("at least 1"));
  CHECK_THROWS_WITH(Transformer(config, device, {{}, DAYBREAK_F32, {{"nowhere", {}}}}, 1, 4), Catch::Contains("nowhere"));
  Transformer model(config, device, {}, 2, 4);
  CHECK(model.arena_bytes() > static_cast<std::size_t>(2 * model.flat_size()) * sizeof(float));
  CHECK_THROWS_WITH(model.logits(), Catch::Contains("no forward pass"));
  CHECK_THROWS_AS(model.set_weights(std::vector<float>(3)), Error);
  CHECK_THROWS_WITH(model.forward_logits(std::vector<std::uint32_t>{1, 2, 3}), Catch::Contains("found 3 tokens"));
  CHECK_THROWS_WITH(model.forward_logits(std::vector<std::uint32_t>(12)), Catch::Contains("found 12 tokens"));
  CHECK_THROWS_WITH(model.forward_logits(std::vector<std::uint32_t>{1, 2, 50, 3}), Catch::Contains("token 50 at position 2"));
  model.forward_logits(std::vector<std::uint32_t>{1, 2, 3, 4});
  CHECK_THROWS_WITH(model.backward(1), Catch::Contains("no targets"));
  CHECK_THROWS_WITH(model.loss(std::vector<std::uint32_t>{1, 2, 3}), Catch::Contains("as many targets"));
  CHECK_THROWS_WITH(model.loss(std::vector<std::uint32_t>{1, 2, 3, 50}), Catch::Contains("target 50"));
  CHECK_THROWS_AS(model.logits_at(1, 0), Error);
}

TEST_CASE("products in F8 are scaled into its range: a smaller loss scale changes no bit but the exponent") {
  const GemmPrecision f8{DAYBREAK_F8_E4M3, DAYBREAK_F8_E5M2, DAYBREAK_F8_E5M2};
  const auto sample = testing::sample_tokens("f8", 2, 12, 50);
  for (const std::string& chip : testing::chip_names())
    for (const char* spec : kSpecs) {
      INFO(chip << " " << spec);
      const auto gradients = [&](const Precision& precision, float scale) {
        Transformer model = make(spec, chip, precision);
        // Small weights: unscaled, half of them would be below the normal numbers of F8_E4M3.
        model.set_weights(initial_weights(model.config(), 1));
        model.forward(sample.tokens, sample.targets);
        model.backward(scale);
        return model.gradients();
      };
      const Precision precision(f8, DAYBREAK_BF16);
      const auto large = gradients(precision, 1);
      auto small = gradients(precision, 0x1p-30f);
      for (float& value : small) value *= 0x1p30f;
      CHECK(small == large);
      CHECK(distance(large, gradients({}, 1)) < 0.15);
    }
}
