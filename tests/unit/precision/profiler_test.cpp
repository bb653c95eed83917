// Profiles of small models against derivatives by differences, and what must not change them.
#include "libcore/precision/profiler.h"

#include <fstream>
#include <sstream>

#include "libcore/base/error.h"
#include "libcore/precision/label_sampler.h"
#include "libcore/precision/profile_file.h"
#include "tests/support/catch.hpp"
#include "tests/unit/precision/small_models.h"

using namespace daybreak;
using namespace daybreak::precision;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

/// Sum over all logits of all sequences.
double sum_of_logits(const model::Config& config, std::span<const float> weights, const Calibration& text) {
  double sum = 0;
  for (const auto& logits : logits_of(config, weights, text))
    for (const float logit : logits) sum += logit;
  return sum;
}

/// The sum of the log-probabilities of one label a position.
double sum_of_log_probabilities(std::span<const float> logits, std::int64_t vocabulary,
                                std::span<const std::uint32_t> labels) {
  double sum = 0;
  for (std::size_t row = 0; row < labels.size(); ++row)
    sum += log_probability(
        logits.subspan(row * static_cast<std::size_t>(vocabulary), static_cast<std::size_t>(vocabulary)), labels[row]);
  return sum;
}

/// The weights with one tensor moved along a direction.
std::vector<float> moved(std::span<const float> weights, const model::Parameter& parameter,
                         std::span<const float> direction, float step) {
  std::vector<float> result(weights.begin(), weights.end());
  for (std::size_t i = 0; i < direction.size(); ++i)
    result[static_cast<std::size_t>(parameter.offset) + i] += step * direction[i];
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
      std::vector<float> direction(gradient.begin() + parameter.offset,
                                   gradient.begin() + parameter.offset + parameter.count);
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
      for (std::size_t i = 0; i < change.size(); ++i)
        change[i] -= values[i], squares += static_cast<double>(change[i]) * change[i];
      CHECK_THAT(profile.tensors[t].effects[f8].error_squares, WithinRel(squares, 1e-9));
      if (squares == 0) continue;  // scales of 1 are exact
      const float step = 0.25f;
      const auto up = logits_of(config, moved(weights, table[t], change, step), text),
                 down = logits_of(config, moved(weights, table[t], change, -step), text);
      double loss_change = 0;
      for (std::int64_t s = 0; s < text.sequences; ++s) {
        const auto at = static_cast<std::size_t>(s);
        const auto labels = draw_labels(base[at], config.vocabulary, 2, seed, static_cast<std::uint64_t>(s));
        for (std::size_t k = 0; k < labels.size(); ++k) {
          const double difference = (sum_of_log_probabilities(up[at], config.vocabulary, labels[k]) -
                                     sum_of_log_probabilities(down[at], config.vocabulary, labels[k])) /
                                    (2.0 * step);
          const double found = profile.directional[profile.place(s, static_cast<std::int64_t>(k), t, f8)];
          INFO(table[t].name << " sequence " << s << " label " << k);
          CHECK_THAT(std::abs(found), WithinAbs(std::abs(difference), 0.03 * std::abs(difference) + 2e-3));
        }
        loss_change -= (sum_of_log_probabilities(up[at], config.vocabulary, text.target(s)) -
                        sum_of_log_probabilities(down[at], config.vocabulary, text.target(s))) /
                       (2.0 * step);
      }
      CHECK_THAT(profile.tensors[t].effects[f8].first_order,
                 WithinAbs(loss_change / static_cast<double>(text.tokens()), 0.03 * std::abs(loss_change / 24) + 1e-4));
      CHECK(profile.tensors[t].effects[f8].first_order_bound >= std::abs(profile.tensors[t].effects[f8].first_order));
    }
    double loss = 0;
    for (std::int64_t s = 0; s < text.sequences; ++s)
      loss -= sum_of_log_probabilities(base[static_cast<std::size_t>(s)], config.vocabulary, text.target(s));
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
