#include <cmath>

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::adamw(daybreak_device&, const daybreak_adamw& a) {
  const double beta1 = a.beta1, beta2 = a.beta2, rate = a.learning_rate, step = static_cast<double>(a.step);
  const double correction1 = 1 - std::pow(beta1, step), correction2 = 1 - std::pow(beta2, step);
  for (int64_t i = 0; i < a.count; ++i) {
    const double g = static_cast<double>(a.gradient[i]) * a.gradient_scale;
    const double m = beta1 * a.first_moment[i] + (1 - beta1) * g, v = beta2 * a.second_moment[i] + (1 - beta2) * g * g;
    const double direction = m / correction1 / (std::sqrt(v / correction2) + a.epsilon) + a.decay * static_cast<double>(a.weight[i]);
    a.first_moment[i] = static_cast<float>(m);
    a.second_moment[i] = static_cast<float>(v);
    a.weight[i] = static_cast<float>(a.weight[i] - rate * direction);
    if (a.copy) store(a.copy, a.copy_type, i, a.weight[i]);
  }
}

}  // namespace daybreak::kernels::reference
