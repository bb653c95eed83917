#include "libcore/model/flops.h"

#include "libcore/model/parameters.h"

namespace daybreak::model {

FlopsByFormat training_flops_by_format(const Config& config, std::int64_t context, const Precision& precision) {
  FlopsByFormat flops;
  for (const Parameter& weight : parameter_table(config)) {
    if (!weight.is_gemm(config)) continue;
    // A tied embedding multiplies as the head.
    const GemmPrecision formats = precision.of(weight.role == Role::token_embedding ? "lm_head" : weight.module());
    const double each = 2 * static_cast<double>(weight.count);
    for (const daybreak_dtype format : {formats.fprop, formats.dgrad, formats.wgrad}) flops[format] += each;
  }
  const std::int64_t attention = 12 * config.layers * config.heads * config.head_width;
  flops[precision.activations()] += static_cast<double>(attention) * static_cast<double>(context);
  return flops;
}

double total(const FlopsByFormat& flops) {
  double sum = 0;
  for (const auto& [format, count] : flops) sum += count;
  return sum;
}

}  // namespace daybreak::model
