#include <cmath>

#include "kernels/common/stochastic_rounding.h"
#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

namespace {

/// Keeps a weight or moment as the operation says.
void keep(const daybreak_adamw& a, Rounded what, void* buffer, daybreak_dtype type, int64_t i, double value) {
  if (a.rounding == DAYBREAK_ROUND_STOCHASTIC && type == DAYBREAK_BF16)
    static_cast<uint16_t*>(buffer)[i] =
        encode_bf16_stochastic(static_cast<float>(value), rounding_bits(a.seed, a.step, a.first_index + i, what));
  else
    store(buffer, type, i, value);
}

void keep_weight(const daybreak_adamw& a, int64_t i, double value) {
  if (!a.compensation) return keep(a, Rounded::weight, a.weight, a.weight_type, i, value);
  store(a.weight, a.weight_type, i, value);
  store(a.compensation, DAYBREAK_BF16, i, value - load(a.weight, a.weight_type, i));
}

}  // namespace

void Operations::adamw(daybreak_device&, const daybreak_adamw& a) {
  const double beta1 = a.beta1, beta2 = a.beta2, rate = a.learning_rate, step = static_cast<double>(a.step);
  const double correction1 = 1 - std::pow(beta1, step), correction2 = 1 - std::pow(beta2, step);
  for (int64_t i = 0; i < a.count; ++i) {
    const double g = static_cast<double>(a.gradient[i]) * a.gradient_scale;
    const double m = beta1 * load(a.first_moment, a.moment_type, i) + (1 - beta1) * g;
    const double v = beta2 * load(a.second_moment, a.moment_type, i) + (1 - beta2) * g * g;
    const double weight =
        load(a.weight, a.weight_type, i) + (a.compensation ? load(a.compensation, DAYBREAK_BF16, i) : 0);
    const double direction = m / correction1 / (std::sqrt(v / correction2) + a.epsilon) + a.decay * weight;
    keep(a, Rounded::first_moment, a.first_moment, a.moment_type, i, m);
    keep(a, Rounded::second_moment, a.second_moment, a.moment_type, i, v);
    keep_weight(a, i, weight - rate * direction);
    if (a.copy) store(a.copy, a.copy_type, i, load(a.weight, a.weight_type, i));
  }
}

}  // namespace daybreak::kernels::reference
