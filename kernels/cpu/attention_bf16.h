#pragma once
// Attention whose operands are all bf16, by products of bf16 tiles: one table for each instruction set that has them.
// Probabilities and the gradients of scores are rounded to bf16 where they are operands of a product; the softmax and
// all sums are float32. The exponential is within 3e-6 of its value, far less than that rounding.
#include <cstddef>

#include "kernels/device.h"

namespace daybreak::kernels::cpu {

struct AttentionBf16 {
  /// What one task needs, for all tasks of these arguments.
  size_t (*forward_bytes)(const daybreak_attention&);
  size_t (*backward_bytes)(const daybreak_attention_backward&);
  /// One query head of one sequence.
  void (*forward)(const daybreak_attention&, int64_t batch, int64_t head, std::byte* memory);
  /// One key head of one sequence with all query heads that share it.
  void (*backward)(const daybreak_attention_backward&, int64_t batch, int64_t kv_head, std::byte* memory);
};

namespace avx512bf16 {
extern const AttentionBf16 kAttention;
}
namespace amx {
extern const AttentionBf16 kAttention;
}

}  // namespace daybreak::kernels::cpu
