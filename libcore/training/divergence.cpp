#include "libcore/training/divergence.h"

#include <utility>

#include "libcore/training/adamw.h"

namespace daybreak::training {

std::string first_not_finite(device::Device& device, const std::vector<model::Parameter>& table, const float* weights,
                             const float* gradients) {
  for (const auto& [flat, what] : {std::pair{weights, "the weights of "}, std::pair{gradients, "the gradient of "}})
    for (const model::Parameter& one : table)
      if (!gradient_norm(device, flat + one.offset, one.count, 1).finite) return what + one.name;
  return "no tensor";
}

Error diverged(std::int64_t step, const std::string& first_bad) {
  return {ExitStatus::negative,
          "the run has diverged at step " + std::to_string(step) + ": " + first_bad +
              " is not finite, the first of all tensors",
          "go back to the last checkpoint with a smaller --lr or a smaller --clip"};
}

}  // namespace daybreak::training
