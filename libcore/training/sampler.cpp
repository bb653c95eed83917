#include "libcore/training/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "kernels/common/philox.h"
#include "libcore/base/error.h"

namespace daybreak::training {
namespace {

constexpr std::uint64_t kSampleStream = 0x5341'4d50'0000'0000;

/// A model with room for the text so far: short texts do not pay for the longest one.
class Window {
 public:
  Window(const model::Config& config, std::span<const float> weights, device::Device& device, const model::Precision& precision)
      : config_(config), weights_(weights), device_(device), precision_(precision) {}

  /// Logits of what follows `text`, of which the last config.context tokens are seen.
  std::vector<float> logits(const std::vector<std::uint32_t>& text) {
    const auto seen = std::min<std::size_t>(text.size(), static_cast<std::size_t>(config_.context));
    grow(static_cast<std::int64_t>(seen));
    std::vector<std::uint32_t> tokens(text.end() - static_cast<std::ptrdiff_t>(seen), text.end());
    // What stands behind the text is not seen by it: attention is causal.
    tokens.resize(static_cast<std::size_t>(model_->context()), 0);
    model_->forward_logits(tokens);
    return model_->logits_at(0, static_cast<std::int64_t>(seen) - 1);
  }

 private:
  void grow(std::int64_t needed) {
    if (model_ && model_->context() >= needed) return;
    std::int64_t context = 32;
    while (context < needed) context *= 2;
    model_.reset();
    model_.emplace(config_, device_, precision_, 1, std::min(context, config_.context));
    model_->set_weights(weights_);
  }

  const model::Config& config_;
  std::span<const float> weights_;
  device::Device& device_;
  const model::Precision& precision_;
  std::optional<model::Transformer> model_;
};

}  // namespace

void SampleOptions::declare(OptionSink& sink) {
  sink.count("tokens", &tokens, "N", "Tokens to add to the prompt", OptionSink::Range{0, 1e9});
  sink.real("temperature", &temperature, "X", "0 takes the likeliest token; 1 draws as the model says", OptionSink::Range{0, 1e3});
  sink.count("top-k", &top_k, "N", "Draw among the N likeliest tokens, 0 for all", OptionSink::Range{0, 1e9});
}

std::uint32_t choose_token(std::span<const float> logits, const SampleOptions& options, double unit) {
  if (options.temperature == 0) return static_cast<std::uint32_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  std::vector<std::uint32_t> order(logits.size());
  std::iota(order.begin(), order.end(), 0u);
  const std::size_t among = options.top_k == 0 ? order.size() : std::min(order.size(), static_cast<std::size_t>(options.top_k));
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(among), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
  });
  std::vector<double> weight(among);
  for (std::size_t i = 0; i < among; ++i)
    weight[i] = std::exp((static_cast<double>(logits[order[i]]) - static_cast<double>(logits[order[0]])) / options.temperature);
  double rest = unit * std::accumulate(weight.begin(), weight.end(), 0.0);
  std::size_t chosen = 0;
  while (chosen + 1 < among && rest >= weight[chosen]) rest -= weight[chosen++];
  return order[chosen];
}

void sample(const model::Config& config, std::span<const float> weights, device::Device& device, const model::Precision& precision,
            std::vector<std::uint32_t> prompt, const SampleOptions& options, std::uint64_t seed, const StopToken& stop,
            const std::function<bool(std::uint32_t)>& take) {
  if (prompt.empty()) throw usage_error("the prompt has no token", "give at least one character with --prompt");
  Window window(config, weights, device, precision);
  for (std::int64_t i = 0; i < options.tokens; ++i) {
    stop.check();
    const auto words = kernels::philox_block(seed, kSampleStream, static_cast<std::uint64_t>(i));
    const std::uint32_t token = choose_token(window.logits(prompt), options, kernels::unit_interval(words[0], words[1]));
    prompt.push_back(token);
    if (!take(token)) return;
  }
}

}  // namespace daybreak::training
