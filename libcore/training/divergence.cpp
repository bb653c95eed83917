#include "libcore/training/divergence.h"

#include "libcore/training/adamw.h"

namespace daybreak::training {
namespace {

bool is_finite(device::Device& device, model::View x, std::int64_t count) {
  daybreak_statistics_result sums{};
  daybreak_statistics question{};
  question.count = count;
  question.x = x.data;
  question.x_type = x.type;
  question.result = &sums;
  device.statistics(question);
  device.synchronize();
  return sums.not_finite == 0;
}

}  // namespace

std::string first_not_finite(device::Device& device, const std::vector<model::Parameter>& table, model::View weights,
                             const float* gradients) {
  for (const model::Parameter& one : table)
    if (!is_finite(device, weights.from(one.offset), one.count)) return "the weights of " + one.name;
  for (const model::Parameter& one : table)
    if (!gradient_norm(device, gradients + one.offset, one.count, 1).finite) return "the gradient of " + one.name;
  return "no tensor";
}

Error diverged(std::int64_t step, const std::string& first_bad) {
  return {ExitStatus::negative,
          "the run has diverged at step " + std::to_string(step) + ": " + first_bad +
              " is not finite, the first of all tensors",
          "go back to the last checkpoint with a smaller --lr or a smaller --clip"};
}

}  // namespace daybreak::training
