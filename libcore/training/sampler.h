#pragma once
// Text out of a model, a token at a time.
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "libcore/base/options.h"
#include "libcore/base/stop.h"
#include "libcore/device/device.h"
#include "libcore/model/transformer.h"

namespace daybreak::training {

struct SampleOptions {
  std::int64_t tokens = 100;
  double temperature = 0;  // 0: always the likeliest token
  std::int64_t top_k = 0;  // choose among so many likeliest; 0: all

  void declare(OptionSink& sink);
};

/// The token chosen from logits[vocabulary]: the likeliest, the first of equals, at temperature 0; else drawn from softmax(
/// logits / temperature) over the top_k likeliest, by a number in [0, 1) that the caller gives.
std::uint32_t choose_token(std::span<const float> logits, const SampleOptions& options, double unit);

/// Continues `prompt` (at least one token), handing each new token to `take`, which says whether to go on. The `index`-th
/// token is a function of (model, prompt, options, seed) alone. Every token is one whole pass over what came before, at
/// most config.context tokens of it. Throws Interrupted on request.
void sample(const model::Config& config, std::span<const float> weights, device::Device& device, const model::Precision& precision,
            std::vector<std::uint32_t> prompt, const SampleOptions& options, std::uint64_t seed, const StopToken& stop,
            const std::function<bool(std::uint32_t)>& take);

}  // namespace daybreak::training
