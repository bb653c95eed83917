// Device's operations: one call of the chip's table each.
#include "libcore/device/device_state.h"

namespace daybreak::device {

template <typename Entry, typename Arguments>
void Device::run(Entry entry, const char* name, Arguments& arguments) {
  arguments.struct_size = sizeof arguments;
  state_->require((state_->chip.table().*entry)(state_->device, nullptr, &arguments), name);
}

#define DAYBREAK_OPERATION(name, Arguments) \
  void Device::name(Arguments arguments) { run(&daybreak_chip::name, #name, arguments); }

DAYBREAK_OPERATION(gemm, daybreak_gemm)
DAYBREAK_OPERATION(embedding_forward, daybreak_embedding)
DAYBREAK_OPERATION(embedding_backward, daybreak_embedding_backward)
DAYBREAK_OPERATION(layernorm_forward, daybreak_norm)
DAYBREAK_OPERATION(layernorm_backward, daybreak_norm_backward)
DAYBREAK_OPERATION(rmsnorm_forward, daybreak_norm)
DAYBREAK_OPERATION(rmsnorm_backward, daybreak_norm_backward)
DAYBREAK_OPERATION(gelu_forward, daybreak_gelu)
DAYBREAK_OPERATION(gelu_backward, daybreak_gelu_backward)
DAYBREAK_OPERATION(swiglu_forward, daybreak_swiglu)
DAYBREAK_OPERATION(swiglu_backward, daybreak_swiglu_backward)
DAYBREAK_OPERATION(rope, daybreak_rope)
DAYBREAK_OPERATION(attention_forward, daybreak_attention)
DAYBREAK_OPERATION(attention_backward, daybreak_attention_backward)
DAYBREAK_OPERATION(cross_entropy, daybreak_cross_entropy)
DAYBREAK_OPERATION(add_bias, daybreak_add_bias)
DAYBREAK_OPERATION(sum_rows, daybreak_sum_rows)
DAYBREAK_OPERATION(add_scaled, daybreak_add_scaled)
DAYBREAK_OPERATION(cast, daybreak_cast)
DAYBREAK_OPERATION(statistics, daybreak_statistics)
DAYBREAK_OPERATION(adamw, daybreak_adamw)
#undef DAYBREAK_OPERATION

}  // namespace daybreak::device
