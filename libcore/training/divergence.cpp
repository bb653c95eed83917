#include "libcore/training/divergence.h"

#include "libcore/device/values.h"

namespace daybreak::training {

std::string first_not_finite(device::Device& device, const std::vector<model::Parameter>& table, model::View weights,
                             const float* gradients) {
  const auto is_finite = [&](const void* x, daybreak_dtype type, std::int64_t count) {
    return device::statistics_of(device, x, type, count).not_finite == 0;
  };
  for (const model::Parameter& one : table)
    if (!is_finite(weights.from(one.offset).data, weights.type, one.count)) return "the weights of " + one.name;
  for (const model::Parameter& one : table)
    if (!is_finite(gradients + one.offset, DAYBREAK_F32, one.count)) return "the gradient of " + one.name;
  return "no tensor";
}

Error diverged(std::int64_t step, const std::string& first_bad) {
  return {ExitStatus::negative,
          "the run has diverged at step " + std::to_string(step) + ": " + first_bad +
              " is not finite, the first of all tensors",
          "go back to the last checkpoint with a smaller --lr or a smaller --clip"};
}

}  // namespace daybreak::training
