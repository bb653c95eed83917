// The backward pass from gradients of the logits that the caller gives.
#include "kernels/common/formats.h"
#include "libcore/base/error.h"
#include "libcore/model/transformer_state.h"

namespace daybreak::model {

void Transformer::backward_from(std::span<const float> logit_gradients) {
  State& state = *state_;
  const std::size_t expected = static_cast<std::size_t>(state.extent.rows() * state.config.vocabulary);
  if (expected == 0 || logit_gradients.size() != expected)
    throw Error(ExitStatus::bug, "expected a gradient for each of the " + std::to_string(expected) +
                                     " logits of the last forward pass, found " + std::to_string(logit_gradients.size()));
  const View logits = state.network->logits;
  state.has_logits = false;  // their place holds their gradient from here on
  if (logits.type == DAYBREAK_F32) {
    state.device.copy_in(logits.data, logit_gradients.data(), logit_gradients.size_bytes());
  } else {
    std::vector<std::uint16_t> codes(expected);
    for (std::size_t i = 0; i < expected; ++i)
      codes[i] = logits.type == DAYBREAK_BF16 ? kernels::encode<kernels::Bf16>(logit_gradients[i])
                                              : kernels::encode<kernels::F16>(logit_gradients[i]);
    state.device.copy_in(logits.data, codes.data(), codes.size() * sizeof codes[0]);
  }
  state.backward();
}

}  // namespace daybreak::model
