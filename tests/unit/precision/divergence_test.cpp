// Divergences against the sums that define them.
#include "libcore/precision/divergence.h"

#include "libcore/precision/apply.h"
#include "libcore/precision/map_builder.h"
#include "libcore/precision/profile_file.h"
#include "tests/support/catch.hpp"
#include "tests/unit/precision/small_models.h"

using namespace daybreak;
using namespace daybreak::precision;
using Catch::Matchers::WithinRel;

TEST_CASE("divergence is the sum that defines it, and rounded weights are the map's") {
  const model::Config config = small("gpt2");
  const std::vector<float> weights = lively_weights(config);
  const Calibration text = made_up_text(3, 12, 40);
  const Profile profile = profile_of(config, weights, text, 1);
  std::vector<NumberFormat> formats(profile.tensors.size(), NumberFormat::f8_e4m3);
  formats[2] = NumberFormat::bf16;
  const records::PrecisionMap map =
      build_map(profile, Measure::directional, formats, std::vector<std::string>(formats.size(), "rule"));
  const std::vector<float> rounded = rounded_weights(map, config, weights, "map.json");
  device::Device device = open_cpu();
  model::Transformer transformer(config, device, {}, 1, text.context);
  transformer.set_weights(weights);
  const BasePredictions base(transformer, text, kStop);
  CHECK(base.compare(transformer, kStop).kl == 0);
  transformer.set_weights(rounded);
  const Divergence found = base.compare(transformer, kStop);

  const auto p = logits_of(config, weights, text), q = logits_of(config, rounded, text);
  double kl = 0;
  for (std::size_t s = 0; s < p.size(); ++s)
    for (std::size_t row = 0; row < 12; ++row)
      for (std::uint32_t v = 0; v < 40; ++v) {
        const double log_p = log_probability(std::span(p[s]).subspan(row * 40, 40), v),
                     log_q = log_probability(std::span(q[s]).subspan(row * 40, 40), v);
        kl += std::exp(log_p) * (log_p - log_q) / 36;
      }
  CHECK(kl > 1e-4);
  CHECK_THAT(found.kl, WithinRel(kl, 1e-6));
  CHECK(found.kl_se > 0);
  // Prediction and truth are of one size, even for a model that has learned nothing.
  CHECK(map.summary.predicted_kl > 0.2 * kl);
  CHECK(map.summary.predicted_kl < 5 * kl);
}

TEST_CASE("measured products are the divergence of the model that computes one product in the format") {
  const model::Config config = small("llama");
  const std::vector<float> weights = lively_weights(config);
  const Calibration text = made_up_text(2, 12, 40);
  device::Device device = open_cpu();
  NoProgress progress;
  ProfileOptions options;
  options.labels = 1;
  options.products = true;
  const Profile profile = profile_model(config, weights, text, device, options, {3, 1, kStop, progress});
  const auto base = logits_of(config, weights, text);
  const std::size_t f8 = profile.find(NumberFormat::f8_e4m3);
  for (const std::size_t t : {std::size_t{2}, std::size_t{9}, profile.tensors.size() - 1}) {
    model::Transformer transformer(
        config, device,
        model::Precision::from_modules({{profile.tensors[t].module, {DAYBREAK_F8_E4M3, DAYBREAK_F32, DAYBREAK_F32}}},
                                       {}),
        1, 12);
    transformer.set_weights(weights);
    for (std::int64_t s = 0; s < text.sequences; ++s) {
      transformer.forward_logits(text.input(s));
      const std::vector<float> other = transformer.logits();
      double kl = 0;
      for (std::size_t row = 0; row < 12; ++row)
        for (std::uint32_t v = 0; v < 40; ++v) {
          const double log_p = log_probability(std::span(base[static_cast<std::size_t>(s)]).subspan(row * 40, 40), v);
          kl += std::exp(log_p) * (log_p - log_probability(std::span(other).subspan(row * 40, 40), v)) / 12;
        }
      INFO(profile.tensors[t].name);
      CHECK(kl > 1e-6);
      CHECK_THAT(profile.products[profile.product_place(s, t, f8)], WithinRel(kl, 1e-4));
    }
  }
  CHECK(profile.products[profile.product_place(0, 1, f8)] == 0);  // a norm
  const auto file = scratch_file("products.h5");
  write_profile(file, profile);
  CHECK(read_profile(file) == profile);
  std::filesystem::remove(file);
}
