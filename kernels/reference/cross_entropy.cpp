#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::cross_entropy(daybreak_device&, const daybreak_cross_entropy& c) {
  for (int64_t r = 0; r < c.rows; ++r) {
    const auto logit = [&](int64_t i) { return load(c.logits, c.logits_type, r * c.vocabulary + i); };
    const bool counts = c.target[r] != c.ignored;
    if (counts && c.target[r] >= c.vocabulary) throw Refusal{DAYBREAK_INVALID, "a target lies outside the vocabulary"};
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int64_t i = 0; i < c.vocabulary; ++i) largest = std::max(largest, logit(i));
    for (int64_t i = 0; i < c.vocabulary; ++i) sum += std::exp(logit(i) - largest);
    const double log_sum = largest + std::log(sum);
    c.loss[r] = counts ? static_cast<float>(log_sum - logit(c.target[r])) : 0;
    if (c.gradient_scale == 0) continue;
    for (int64_t i = 0; i < c.vocabulary; ++i) {
      const double gradient = std::exp(logit(i) - log_sum) - (i == c.target[r] ? 1 : 0);
      store(c.logits, c.logits_type, r * c.vocabulary + i, counts ? c.gradient_scale * gradient : 0);
    }
  }
}

}  // namespace daybreak::kernels::reference
