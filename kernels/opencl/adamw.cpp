#include <cmath>

#include "kernels/opencl/operations.h"

namespace daybreak::kernels::opencl {

void Operations::adamw(daybreak_device& device, daybreak_stream* stream, const daybreak_adamw& a) {
  for (const daybreak_dtype type : {a.weight_type, a.moment_type})
    if (type != DAYBREAK_F32 && type != DAYBREAK_BF16)
      throw Refusal{DAYBREAK_UNSUPPORTED, "weights and moments are float32 or bf16"};
  const bool stochastic =
      a.rounding == DAYBREAK_ROUND_STOCHASTIC && (a.weight_type == DAYBREAK_BF16 || a.moment_type == DAYBREAK_BF16);
  const Macros types = Macros().set("WEIGHT_TYPE", name_of(a.weight_type)).set("MOMENT_TYPE", name_of(a.moment_type));
  const double beta1 = a.beta1, beta2 = a.beta2, step = static_cast<double>(a.step);
  Call(device, stream, kAdamwSource, "adamw", types)
      .value(a.count)
      .operand(a.weight, a.weight_type)
      .floats(a.gradient)
      .operand(a.first_moment, a.moment_type)
      .operand(a.second_moment, a.moment_type)
      .operand(a.compensation, DAYBREAK_BF16)
      .any_operand(a.copy, a.copy ? a.copy_type : DAYBREAK_F32)
      .value(static_cast<cl_int>(a.compensation != nullptr))
      .value(static_cast<cl_int>(a.copy != nullptr))
      .value(static_cast<cl_int>(stochastic))
      .value(a.learning_rate)
      .value(a.beta1)
      .value(a.beta2)
      .value(static_cast<float>(1 - beta1))
      .value(static_cast<float>(1 - beta2))
      .value(static_cast<float>(1 - std::pow(beta1, step)))
      .value(static_cast<float>(1 - std::pow(beta2, step)))
      .value(a.epsilon)
      .value(a.decay)
      .value(a.gradient_scale)
      .value(static_cast<cl_ulong>(a.step))
      .value(static_cast<cl_ulong>(a.first_index))
      .value(static_cast<cl_ulong>(a.seed))
      .run_items(a.count);
}

}  // namespace daybreak::kernels::opencl
