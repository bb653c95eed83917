#pragma once
// Every operation that a chip must have, with the structure of its arguments, for those who say the same of each:
//   #define DAYBREAK_DECLARE(name, Arguments) void name(const Arguments&);
//   DAYBREAK_EACH_OPERATION(DAYBREAK_DECLARE)
// The structures are those of kernels/device.h.

// clang-format off
#define DAYBREAK_EACH_OPERATION(use)                   \
  use(gemm, daybreak_gemm)                             \
  use(embedding_forward, daybreak_embedding)           \
  use(embedding_backward, daybreak_embedding_backward) \
  use(layernorm_forward, daybreak_norm)                \
  use(layernorm_backward, daybreak_norm_backward)      \
  use(rmsnorm_forward, daybreak_norm)                  \
  use(rmsnorm_backward, daybreak_norm_backward)        \
  use(gelu_forward, daybreak_gelu)                     \
  use(gelu_backward, daybreak_gelu_backward)           \
  use(swiglu_forward, daybreak_swiglu)                 \
  use(swiglu_backward, daybreak_swiglu_backward)       \
  use(rope, daybreak_rope)                             \
  use(attention_forward, daybreak_attention)           \
  use(attention_backward, daybreak_attention_backward) \
  use(cross_entropy, daybreak_cross_entropy)           \
  use(add_bias, daybreak_add_bias)                     \
  use(sum_rows, daybreak_sum_rows)                     \
  use(add_scaled, daybreak_add_scaled)                 \
  use(cast, daybreak_cast)                             \
  use(statistics, daybreak_statistics)                 \
  use(adamw, daybreak_adamw)                           \
  use(quantize, daybreak_quantize)
// clang-format on
