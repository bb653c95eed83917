// Profiles of small models against derivatives by differences, and what must not change them.
#include "libcore/precision/profiler.h"

#include <cmath>
#include <fstream>
#include <sstream>

#include "libcore/base/error.h"
#include "libcore/dataset/hdf5_writer.h"
#include "libcore/model/parameters.h"
#include "libcore/model/transformer.h"
#include "libcore/precision/apply.h"
#include "libcore/precision/divergence.h"
#include "libcore/precision/fingerprint.h"
#include "libcore/precision/label_sampler.h"
#include "libcore/precision/map_builder.h"
#include "libcore/precision/profile_file.h"
#include "tests/support/catch.hpp"
#include "tests/unit/precision/cases.h"

using namespace daybreak;
using namespace daybreak::precision;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

class NoProgress : public ProgressSink {
 public:
  void begin(std::string_view, std::uint64_t, std::string_view) override {}
  void advance(std::uint64_t) override {}
};

const StopToken kStop;

model::Config small(const char* family) {
  return model::parse_init(std::string(family) == "gpt2" ? "gpt2:d=32,layers=2,heads=4,vocab=40,context=16"
                                                         : "llama:d=32,layers=2,heads=4,kv_heads=2,mlp=48,vocab=40,context=16,tied=0");
}

/// Weights large enough that every part of the model matters.
std::vector<float> lively_weights(const model::Config& config) {
  std::vector<float> weights = model::initial_weights(config, 17);
  for (const model::Parameter& parameter : model::parameter_table(config))
    if (parameter.role != model::Role::norm)
      for (std::int64_t i = 0; i < parameter.count; ++i) weights[static_cast<std::size_t>(parameter.offset + i)] *= 8;
  return weights;
}

Calibration made_up_text(std::int64_t sequences, std::int64_t context, std::uint32_t vocabulary) {
  Calibration text;
  text.context = context;
  text.sequences = sequences;
  std::mt19937_64 random(23);
  for (std::int64_t i = 0; i < text.tokens(); ++i) text.inputs.push_back(static_cast<std::uint32_t>(random() % vocabulary));
  for (std::int64_t i = 0; i < text.tokens(); ++i) text.targets.push_back(static_cast<std::uint32_t>(random() % vocabulary));
  return text;
}

Profile profile_of(const model::Config& config, std::span<const float> weights, const Calibration& text, unsigned threads, std::uint64_t seed = 3) {
  device::Device device = open_cpu(threads);
  NoProgress progress;
  ProfileOptions options;
  options.labels = 2;
  return profile_model(config, weights, text, device, options, {seed, threads, kStop, progress});
}

/// Logits of every sequence, by forward passes alone.
std::vector<std::vector<float>> logits_of(const model::Config& config, std::span<const float> weights, const Calibration& text) {
  device::Device device = open_cpu();
  model::Transformer transformer(config, device, {}, 1, text.context);
  transformer.set_weights(weights);
  std::vector<std::vector<float>> all;
  for (std::int64_t s = 0; s < text.sequences; ++s) {
    transformer.forward_logits(text.input(s));
    all.push_back(transformer.logits());
  }
  return all;
}

/// Sum over all logits of all sequences.
double sum_of_logits(const model::Config& config, std::span<const float> weights, const Calibration& text) {
  double sum = 0;
  for (const auto& logits : logits_of(config, weights, text))
    for (const float logit : logits) sum += logit;
  return sum;
}

double log_probability(std::span<const float> row, std::uint32_t label) {
  double largest = row[0], total = 0;
  for (const float logit : row) largest = std::max<double>(largest, logit);
  for (const float logit : row) total += std::exp(logit - largest);
  return row[label] - largest - std::log(total);
}

/// The sum of the log-probabilities of one label a position.
double log_probability(std::span<const float> logits, std::int64_t vocabulary, std::span<const std::uint32_t> labels) {
  double sum = 0;
  for (std::size_t row = 0; row < labels.size(); ++row)
    sum += log_probability(logits.subspan(row * static_cast<std::size_t>(vocabulary), static_cast<std::size_t>(vocabulary)), labels[row]);
  return sum;
}

/// The weights with one tensor moved along a direction.
std::vector<float> moved(std::span<const float> weights, const model::Parameter& parameter, std::span<const float> direction, float step) {
  std::vector<float> result(weights.begin(), weights.end());
  for (std::size_t i = 0; i < direction.size(); ++i) result[static_cast<std::size_t>(parameter.offset) + i] += step * direction[i];
  return result;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("the gradient of the sum of all logits is its derivative by differences") {
  for (const char* family : {"gpt2", "llama"}) {
    const model::Config config = small(family);
    const std::vector<float> weights = lively_weights(config);
    const Calibration text = made_up_text(2, 12, 40);
    device::Device device = open_cpu();
    model::Transformer transformer(config, device, {}, 1, text.context);
    transformer.set_weights(weights);
    transformer.zero_gradients();
    const std::vector<float> ones(static_cast<std::size_t>(text.context * config.vocabulary), 1);
    for (std::int64_t s = 0; s < text.sequences; ++s) {
      transformer.forward_logits(text.input(s));
      transformer.backward_from(ones);
    }
    const std::vector<float> gradient = transformer.gradients();
    const Profile profile = profile_of(config, weights, text, 1);
    const auto table = model::parameter_table(config);
    for (std::size_t t = 0; t < table.size(); ++t) {
      const model::Parameter& parameter = table[t];
      // Along the gradient itself the derivative is its norm.
      double norm = 0;
      std::vector<float> direction(gradient.begin() + parameter.offset, gradient.begin() + parameter.offset + parameter.count);
      for (const float value : direction) norm += static_cast<double>(value) * value;
      norm = std::sqrt(norm);
      INFO(parameter.name);
      CHECK_THAT(profile.tensors[t].sum_gradient_norm, WithinRel(norm, 1e-9));
      for (float& value : direction) value = static_cast<float>(value / norm);
      const float step = 4e-3f;
      const double difference = (sum_of_logits(config, moved(weights, parameter, direction, step), text) -
                                 sum_of_logits(config, moved(weights, parameter, direction, -step), text)) /
                                (2.0 * step);
      CHECK_THAT(difference, WithinRel(norm, 0.02));
    }
    // Out of order, or with a wrong count.
    CHECK_THROWS_AS(transformer.backward_from(std::span(ones).first(3)), Error);
  }
}

TEST_CASE("directional products are derivatives of the log-probability of the drawn labels") {
  for (const char* family : {"gpt2", "llama"}) {
    const model::Config config = small(family);
    const std::vector<float> weights = lively_weights(config);
    const Calibration text = made_up_text(2, 12, 40);
    const std::uint64_t seed = 3;
    const Profile profile = profile_of(config, weights, text, 1, seed);
    const auto base = logits_of(config, weights, text);
    const auto table = model::parameter_table(config);
    const std::size_t f8 = profile.find(NumberFormat::f8_e4m3);
    for (std::size_t t = 0; t < table.size(); ++t) {
      std::vector<float> change(static_cast<std::size_t>(table[t].count));
      const auto values = std::span(weights).subspan(static_cast<std::size_t>(table[t].offset), change.size());
      round_values(values, change, NumberFormat::f8_e4m3, 1);
      double squares = 0;
      for (std::size_t i = 0; i < change.size(); ++i) change[i] -= values[i], squares += static_cast<double>(change[i]) * change[i];
      CHECK_THAT(profile.tensors[t].effects[f8].error_squares, WithinRel(squares, 1e-9));
      if (squares == 0) continue;  // scales of 1 are exact
      const float step = 0.25f;
      const auto up = logits_of(config, moved(weights, table[t], change, step), text), down = logits_of(config, moved(weights, table[t], change, -step), text);
      double loss_change = 0;
      for (std::int64_t s = 0; s < text.sequences; ++s) {
        const auto at = static_cast<std::size_t>(s);
        const auto labels = draw_labels(base[at], config.vocabulary, 2, seed, static_cast<std::uint64_t>(s));
        for (std::size_t k = 0; k < labels.size(); ++k) {
          const double difference =
              (log_probability(up[at], config.vocabulary, labels[k]) - log_probability(down[at], config.vocabulary, labels[k])) / (2.0 * step);
          const double found = profile.directional[profile.place(s, static_cast<std::int64_t>(k), t, f8)];
          INFO(table[t].name << " sequence " << s << " label " << k);
          CHECK_THAT(std::abs(found), WithinAbs(std::abs(difference), 0.03 * std::abs(difference) + 2e-3));
        }
        loss_change -= (log_probability(up[at], config.vocabulary, text.target(s)) - log_probability(down[at], config.vocabulary, text.target(s))) / (2.0 * step);
      }
      CHECK_THAT(profile.tensors[t].effects[f8].first_order,
                 WithinAbs(loss_change / static_cast<double>(text.tokens()), 0.03 * std::abs(loss_change / 24) + 1e-4));
      CHECK(profile.tensors[t].effects[f8].first_order_bound >= std::abs(profile.tensors[t].effects[f8].first_order));
    }
    double loss = 0;
    for (std::int64_t s = 0; s < text.sequences; ++s) loss -= log_probability(base[static_cast<std::size_t>(s)], config.vocabulary, text.target(s));
    CHECK_THAT(profile.loss, WithinRel(loss / static_cast<double>(text.tokens()), 1e-5));
  }
}

TEST_CASE("the same seed gives the same bytes for any number of threads, another seed others") {
  const model::Config config = small("llama");
  const std::vector<float> weights = lively_weights(config);
  const Calibration text = made_up_text(3, 12, 40);
  const Profile one = profile_of(config, weights, text, 1), two = profile_of(config, weights, text, 2);
  CHECK(one == two);
  const auto first = scratch_file("one.h5"), second = scratch_file("two.h5");
  write_profile(first, one);
  write_profile(second, two);
  CHECK(bytes_of(first) == bytes_of(second));
  std::filesystem::remove(first);
  std::filesystem::remove(second);
  const Profile other = profile_of(config, weights, text, 1, 4);
  CHECK(other.directional != one.directional);
  CHECK(other.tensors[2].sum_gradient_norm == one.tensors[2].sum_gradient_norm);
}

TEST_CASE("divergence is the sum that defines it, and rounded weights are the map's") {
  const model::Config config = small("gpt2");
  const std::vector<float> weights = lively_weights(config);
  const Calibration text = made_up_text(3, 12, 40);
  const Profile profile = profile_of(config, weights, text, 1);
  std::vector<NumberFormat> formats(profile.tensors.size(), NumberFormat::f8_e4m3);
  formats[2] = NumberFormat::bf16;
  const records::PrecisionMap map = build_map(profile, Measure::directional, formats, std::vector<std::string>(formats.size(), "rule"));
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
        const double log_p = log_probability(std::span(p[s]).subspan(row * 40, 40), v), log_q = log_probability(std::span(q[s]).subspan(row * 40, 40), v);
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
    model::Transformer transformer(config, device, model::Precision::from_modules({{profile.tensors[t].module, {DAYBREAK_F8_E4M3, DAYBREAK_F32, DAYBREAK_F32}}}, {}), 1, 12);
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

TEST_CASE("a map becomes the formats of products, and one of another model is refused") {
  const model::Config config = small("gpt2");
  const std::vector<float> weights = lively_weights(config);
  const Profile profile = profile_of(config, weights, made_up_text(1, 12, 40), 1);
  std::vector<NumberFormat> formats(profile.tensors.size(), NumberFormat::f32);
  for (std::size_t t = 0; t < formats.size(); ++t)
    if (profile.tensors[t].gemm) formats[t] = t % 2 == 0 ? NumberFormat::bf16 : NumberFormat::f8_e4m3;
  records::PrecisionMap map = build_map(profile, Measure::directional, formats, std::vector<std::string>(formats.size(), "rule"));
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
  CHECK_THROWS_AS(gemm_precision(map, model::parse_init("gpt2:d=64,layers=2,heads=4,vocab=40,context=16"), "map.json"), Error);
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

TEST_CASE("calibration takes whole windows that do not overlap, and knows where a token is wrong") {
  for (const std::uint64_t windows : {1u, 7u, 100u})
    for (std::uint64_t sequences = 1; sequences <= windows; sequences += 3) {
      const auto drawn = draw_windows(windows, sequences, 9);
      REQUIRE(drawn.size() == sequences);
      for (std::size_t i = 0; i < drawn.size(); ++i) {
        REQUIRE(drawn[i] < windows);
        if (i > 0) REQUIRE(drawn[i] > drawn[i - 1]);
      }
    }
  CHECK(draw_windows(1000, 10, 1) != draw_windows(1000, 10, 2));

  const auto file = scratch_file("tokens.h5");
  std::vector<std::uint16_t> tokens;
  for (std::uint16_t i = 0; i < 101; ++i) tokens.push_back(i);
  {
    dataset::Hdf5Writer writer(file, file);
    writer.write_whole({"tokens", io::DType::u16, {tokens.size()}}, std::as_bytes(std::span(tokens)));
    writer.close();
  }
  const dataset::Reader data(file);
  const Calibration text = draw_calibration(data, 35, 10, 200, 5);
  CHECK(text.sequences == 4);
  CHECK(text.tokens() == 40);
  for (std::size_t i = 0; i < text.inputs.size(); ++i) CHECK(text.targets[i] == text.inputs[i] + 1);
  for (std::int64_t s = 0; s < 4; ++s) CHECK(text.input(s)[0] % 10 == 0);
  CHECK(draw_calibration(data, 35, 10, 200, 5).tokens_xxh3 == text.tokens_xxh3);
  CHECK(draw_calibration(data, 100000, 10, 200, 5).sequences == 10);  // all there is
  CHECK_THROWS_AS(draw_calibration(data, 10, 101, 200, 5), Error);
  try {
    draw_calibration(data, 100000, 10, 64, 5);
    FAIL("a token outside the vocabulary was taken");
  } catch (const Error& error) {
    CHECK_THAT(error.what(), Catch::Matchers::Contains("token 64 at position 64"));
  }
  std::filesystem::remove(file);
}
