#include <cmath>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

void Operations::adamw(daybreak_device& device, const daybreak_adamw& a) {
  if (a.copy) element_bytes(a.copy_type);
  const auto step = static_cast<double>(a.step);
  const AdamwFactors factors{a.learning_rate, a.beta1, a.beta2, a.epsilon, a.decay, a.gradient_scale,
                             static_cast<float>(1 / (1 - std::pow(static_cast<double>(a.beta1), step))),
                             static_cast<float>(1 / (1 - std::pow(static_cast<double>(a.beta2), step)))};
  for_each_tile(device, a.count, 0, [&](int64_t offset, int64_t count, float*) {
    device.loops.adamw(a.weight + offset, a.gradient + offset, a.first_moment + offset, a.second_moment + offset, factors, count);
    if (a.copy) convert_out(device.loops, a.weight + offset, a.copy, a.copy_type, offset, count);
  });
}

}  // namespace daybreak::kernels::cpu
