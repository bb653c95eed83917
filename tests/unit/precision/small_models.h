#pragma once
// Small models that have learned nothing, texts of no meaning, and what they predict.
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "libcore/model/parameters.h"
#include "libcore/model/transformer.h"
#include "libcore/precision/calibration.h"
#include "libcore/precision/profiler.h"
#include "tests/unit/precision/cases.h"

namespace daybreak::precision {

/// Two layers of either family.
inline model::Config small(const char* family) {
  return model::parse_init(std::string(family) == "gpt2"
                               ? "gpt2:d=32,layers=2,heads=4,vocab=40,context=16"
                               : "llama:d=32,layers=2,heads=4,kv_heads=2,mlp=48,vocab=40,context=16,tied=0");
}

/// Weights large enough that every part of the model matters.
inline std::vector<float> lively_weights(const model::Config& config) {
  std::vector<float> weights = model::initial_weights(config, 17);
  for (const model::Parameter& parameter : model::parameter_table(config))
    if (parameter.role != model::Role::norm)
      for (std::int64_t i = 0; i < parameter.count; ++i) weights[static_cast<std::size_t>(parameter.offset + i)] *= 8;
  return weights;
}

/// Tokens drawn evenly; the targets do not follow from them.
inline Calibration made_up_text(std::int64_t sequences, std::int64_t context, std::uint32_t vocabulary) {
  Calibration text;
  text.context = context;
  text.sequences = sequences;
  std::mt19937_64 random(23);
  for (std::int64_t i = 0; i < text.tokens(); ++i)
    text.inputs.push_back(static_cast<std::uint32_t>(random() % vocabulary));
  for (std::int64_t i = 0; i < text.tokens(); ++i)
    text.targets.push_back(static_cast<std::uint32_t>(random() % vocabulary));
  return text;
}

inline Profile profile_of(const model::Config& config, std::span<const float> weights, const Calibration& text,
                          unsigned threads, std::uint64_t seed = 3) {
  device::Device device = open_cpu(threads);
  NoProgress progress;
  ProfileOptions options;
  options.labels = 2;
  return profile_model(config, weights, text, device, options, {seed, threads, kStop, progress});
}

/// Logits of every sequence, by forward passes alone.
inline std::vector<std::vector<float>> logits_of(const model::Config& config, std::span<const float> weights,
                                                 const Calibration& text) {
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

/// Of one label under the logits of one position.
inline double log_probability(std::span<const float> row, std::uint32_t label) {
  double largest = row[0], total = 0;
  for (const float logit : row) largest = std::max<double>(largest, logit);
  for (const float logit : row) total += std::exp(logit - largest);
  return row[label] - largest - std::log(total);
}

}  // namespace daybreak::precision
