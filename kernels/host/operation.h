#pragma once
// The way into an operation: checks the arguments, keeps exceptions inside, notes what went wrong.
#include <algorithm>
#include <exception>
#include <new>

#include "kernels/host/argument_check.h"
#include "kernels/host/chip_plumbing.h"

namespace daybreak::kernels::host {

/// What an operation throws that cannot be computed: the status and a sentence of static text.
struct Refusal {
  daybreak_status status;
  const char* why;
};

/// A table entry from compute(device, arguments), which may throw Refusal and std::bad_alloc, and a check from
/// argument_check.h.
template <auto compute, auto check, typename Device, typename Arguments>
daybreak_status enter(Device* device, daybreak_stream*, const Arguments* arguments) {
  if (!arguments || arguments->struct_size < sizeof(Arguments))
    return fail(device, DAYBREAK_INVALID, "the structure of the arguments is too short");
  if (const char* wrong = check(*arguments)) return fail(device, DAYBREAK_INVALID, "%s", wrong);
  try {
    compute(*device, *arguments);
    return DAYBREAK_OK;
  } catch (const Refusal& refusal) {
    return fail(device, refusal.status, "%s", refusal.why);
  } catch (const std::bad_alloc&) {
    return fail(device, DAYBREAK_NO_MEMORY, "no memory for scratch space");
  } catch (const std::exception& error) {
    return fail(device, DAYBREAK_FAILED, "%s", error.what());
  }
}

/// Fills every operation of a table from a type with a static function for each, named as the table names it.
template <typename Device, typename Operations>
constexpr void fill_operations(daybreak_chip& chip) {
  chip.gemm = enter<Operations::gemm, check_gemm, Device, daybreak_gemm>;
  chip.embedding_forward = enter<Operations::embedding_forward, check_embedding, Device, daybreak_embedding>;
  chip.embedding_backward =
      enter<Operations::embedding_backward, check_embedding_backward, Device, daybreak_embedding_backward>;
  chip.layernorm_forward = enter<Operations::layernorm_forward, check_layernorm, Device, daybreak_norm>;
  chip.layernorm_backward = enter<Operations::layernorm_backward, check_layernorm_backward, Device, daybreak_norm_backward>;
  chip.rmsnorm_forward = enter<Operations::rmsnorm_forward, check_norm, Device, daybreak_norm>;
  chip.rmsnorm_backward = enter<Operations::rmsnorm_backward, check_norm_backward, Device, daybreak_norm_backward>;
  chip.gelu_forward = enter<Operations::gelu_forward, check_gelu, Device, daybreak_gelu>;
  chip.gelu_backward = enter<Operations::gelu_backward, check_gelu_backward, Device, daybreak_gelu_backward>;
  chip.swiglu_forward = enter<Operations::swiglu_forward, check_swiglu, Device, daybreak_swiglu>;
  chip.swiglu_backward = enter<Operations::swiglu_backward, check_swiglu_backward, Device, daybreak_swiglu_backward>;
  chip.rope = enter<Operations::rope, check_rope, Device, daybreak_rope>;
  chip.attention_forward =
      enter<Operations::attention_forward, check_attention<daybreak_attention>, Device, daybreak_attention>;
  chip.attention_backward =
      enter<Operations::attention_backward, check_attention_backward, Device, daybreak_attention_backward>;
  chip.cross_entropy = enter<Operations::cross_entropy, check_cross_entropy, Device, daybreak_cross_entropy>;
  chip.add_bias = enter<Operations::add_bias, check_add_bias, Device, daybreak_add_bias>;
  chip.sum_rows = enter<Operations::sum_rows, check_sum_rows, Device, daybreak_sum_rows>;
  chip.add_scaled = enter<Operations::add_scaled, check_add_scaled, Device, daybreak_add_scaled>;
  chip.cast = enter<Operations::cast, check_cast, Device, daybreak_cast>;
  chip.statistics = enter<Operations::statistics, check_statistics, Device, daybreak_statistics>;
  chip.adamw = enter<Operations::adamw, check_adamw, Device, daybreak_adamw>;
}

}  // namespace daybreak::kernels::host
