#pragma once
// The operations of the chip "cpu", one file each. The same names as in the other chips' folders.
#include "kernels/cpu/cpu_device.h"
#include "kernels/device.h"
#include "kernels/host/operation.h"

namespace daybreak::kernels::cpu {

struct Operations {
  static void gemm(daybreak_device&, const daybreak_gemm&);
  static void embedding_forward(daybreak_device&, const daybreak_embedding&);
  static void embedding_backward(daybreak_device&, const daybreak_embedding_backward&);
  static void layernorm_forward(daybreak_device&, const daybreak_norm&);
  static void layernorm_backward(daybreak_device&, const daybreak_norm_backward&);
  static void rmsnorm_forward(daybreak_device&, const daybreak_norm&);
  static void rmsnorm_backward(daybreak_device&, const daybreak_norm_backward&);
  static void gelu_forward(daybreak_device&, const daybreak_gelu&);
  static void gelu_backward(daybreak_device&, const daybreak_gelu_backward&);
  static void swiglu_forward(daybreak_device&, const daybreak_swiglu&);
  static void swiglu_backward(daybreak_device&, const daybreak_swiglu_backward&);
  static void rope(daybreak_device&, const daybreak_rope&);
  static void attention_forward(daybreak_device&, const daybreak_attention&);
  static void attention_backward(daybreak_device&, const daybreak_attention_backward&);
  static void cross_entropy(daybreak_device&, const daybreak_cross_entropy&);
  static void add_bias(daybreak_device&, const daybreak_add_bias&);
  static void sum_rows(daybreak_device&, const daybreak_sum_rows&);
  static void add_scaled(daybreak_device&, const daybreak_add_scaled&);
  static void cast(daybreak_device&, const daybreak_cast&);
  static void statistics(daybreak_device&, const daybreak_statistics&);
  static void adamw(daybreak_device&, const daybreak_adamw&);
};

}  // namespace daybreak::kernels::cpu
