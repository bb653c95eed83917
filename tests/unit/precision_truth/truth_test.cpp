// What a profile predicts, against what rounding one tensor at a time really does, on a trained model and real text.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "libcore/base/median.h"
#include "libcore/io/input_file.h"
#include "libcore/model/parameters.h"
#include "libcore/precision/apply.h"
#include "libcore/precision/divergence.h"
#include "libcore/precision/policy.h"
#include "libcore/precision/profiler.h"
#include "libcore/text/tokenizer.h"
#include "tests/support/catch.hpp"
#include "tests/unit/precision/cases.h"

using namespace daybreak;
using namespace daybreak::precision;

namespace {

std::vector<double> ranks(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> result(values.size());
  for (std::size_t i = 0; i < order.size(); ++i) result[order[i]] = static_cast<double>(i);
  return result;
}

/// Spearman's coefficient; there are no ties among real numbers.
double spearman(const std::vector<double>& x, const std::vector<double>& y) {
  const std::vector<double> a = ranks(x), b = ranks(y);
  const double n = static_cast<double>(x.size());
  double squares = 0;
  for (std::size_t i = 0; i < a.size(); ++i) squares += (a[i] - b[i]) * (a[i] - b[i]);
  return 1 - 6 * squares / (n * (n * n - 1));
}

/// Sequences that follow each other in a text.
Calibration text_from(std::span<const std::uint32_t> tokens, std::int64_t sequences, std::int64_t context) {
  Calibration text;
  text.context = context;
  text.sequences = sequences;
  REQUIRE(static_cast<std::int64_t>(tokens.size()) > sequences * context);
  const auto count = static_cast<std::ptrdiff_t>(sequences * context);
  text.inputs.assign(tokens.begin(), tokens.begin() + count);
  text.targets.assign(tokens.begin() + 1, tokens.begin() + 1 + count);
  return text;
}

struct Trained {
  model::Config config;
  std::vector<float> weights;
  Calibration calibration, held_out;
};

/// A llama of 260 thousand parameters, and two parts of a text that it has not seen.
std::optional<Trained> stories() {
  const auto data = data_folder();
  if (!data || !std::filesystem::exists(*data / "hf/stories260K")) return std::nullopt;
  Trained trained;
  const std::filesystem::path directory = *data / "hf/stories260K";
  trained.config = model::read_config(directory);
  trained.weights = model::load_weights(directory, trained.config);
  const io::InputFile file((*data / "text/dickens.txt.zst").string());
  const auto tokens = text::Tokenizer::load(directory.string()).encode(file.text_at(1000000, 60000));
  trained.calibration = text_from(tokens, 32, 128);
  trained.held_out = text_from(std::span(tokens).subspan(10000), 16, 128);
  return trained;
}

/// Made once for all tests.
const Profile& profile_of(const Trained& trained) {
  static const Profile profile = [&] {
    device::Device device = open_cpu(2);
    NoProgress progress;
    return profile_model(trained.config, trained.weights, trained.calibration, device, {}, {1, 2, kStop, progress});
  }();
  return profile;
}

/// The divergence of the model with one tensor rounded.
double truth(const Trained& trained, const model::Parameter& parameter, NumberFormat format, model::Transformer& transformer,
             const BasePredictions& base) {
  std::vector<float> weights = trained.weights;
  const auto values = std::span(weights).subspan(static_cast<std::size_t>(parameter.offset), static_cast<std::size_t>(parameter.count));
  round_values(values, values, format, 1);
  transformer.set_weights(weights);
  return base.compare(transformer, kStop).kl;
}

}  // namespace

TEST_CASE("predicted damage ranks tensors as the truth does, in every format") {
  const auto trained = stories();
  if (!trained) {
    WARN("skipped: DAYBREAK_DATA names no folder with hf/stories260K");
    return;
  }
  const Profile& profile = profile_of(*trained);
  device::Device device = open_cpu(2);
  model::Transformer transformer(trained->config, device, {}, 1, trained->held_out.context);
  transformer.set_weights(trained->weights);
  const BasePredictions base(transformer, trained->held_out, kStop);
  const auto table = model::parameter_table(trained->config);
  for (std::size_t f = 0; f < profile.formats.size(); ++f) {
    if (profile.formats[f] == NumberFormat::f32) continue;
    std::vector<double> predicted, diagonal, by_norm, measured, ratio;
    for (std::size_t t = 0; t < table.size(); ++t) {
      if (table[t].role == model::Role::norm) continue;
      predicted.push_back(score(profile, Measure::directional, t, f).nats);
      diagonal.push_back(score(profile, Measure::diagonal, t, f).nats);
      by_norm.push_back(profile.tensors[t].sum_gradient_norm);
      measured.push_back(truth(*trained, table[t], profile.formats[f], transformer, base));
      ratio.push_back(predicted.back() / measured.back());
    }
    const double directional_rank = spearman(predicted, measured), diagonal_rank = spearman(diagonal, measured), norm_rank = spearman(by_norm, measured);
    INFO(records::number_format_name(profile.formats[f]) << ": " << measured.size() << " tensors; Spearman directional " << directional_rank
         << ", fisher " << diagonal_rank << ", norm of the gradient " << norm_rank << "; predicted/measured, median " << median(ratio));
    CHECK(directional_rank > 0.95);
    CHECK(norm_rank < directional_rank);
    CHECK(median(ratio) > 0.8);
    CHECK(median(ratio) < 1.25);
  }
}

TEST_CASE("a map keeps its promise on text never seen, and beats the same bytes in one format") {
  const auto trained = stories();
  if (!trained) {
    WARN("skipped: DAYBREAK_DATA names no folder with hf/stories260K");
    return;
  }
  const Profile& profile = profile_of(*trained);
  device::Device device = open_cpu(2);
  model::Transformer transformer(trained->config, device, {}, 1, trained->held_out.context);
  transformer.set_weights(trained->weights);
  const BasePredictions base(transformer, trained->held_out, kStop);
  const auto measure = [&](const records::PrecisionMap& map) {
    transformer.set_weights(rounded_weights(map, trained->config, trained->weights, "map"));
    return base.compare(transformer, kStop).kl;
  };
  double previous = 1e300;
  for (const double budget : {1e-2, 1e-3, 1e-4, 1e-5, 1e-6}) {
    PolicyOptions options;
    options.max_kl = budget;
    const Decision decision = decide(profile, options);
    const double found = measure(decision.map), predicted = decision.map.summary.predicted_kl;
    INFO("budget " << budget << ": predicted " << predicted << " +- " << decision.map.summary.predicted_kl_se << ", measured " << found << ", "
                   << decision.map.summary.effective_bits << " bits");
    CHECK(predicted <= budget);
    CHECK(found < 1.6 * budget);
    CHECK(found < previous);
    previous = found;
  }
  PolicyOptions options;
  options.policy = "uniform:bf16";
  const records::PrecisionMap uniform = decide(profile, options).map;
  options.policy = "directional";
  options.max_kl = uniform.summary.predicted_kl;
  const records::PrecisionMap chosen = decide(profile, options).map;
  INFO("uniform BF16: " << measure(uniform) << " in " << uniform.summary.bytes << " bytes; chosen: " << measure(chosen) << " in " << chosen.summary.bytes);
  CHECK(chosen.summary.bytes <= uniform.summary.bytes);
  CHECK(measure(chosen) < 1.2 * measure(uniform));
}
