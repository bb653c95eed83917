#include "libcore/training/divergence.h"

namespace daybreak::training {

Error diverged(std::int64_t step, const std::optional<std::string>& first_bad) {
  const std::string what = first_bad ? *first_bad + ", the first tensor in the order of computation"
                                     : "the loss or the norm of the gradients is not finite, although every tensor is";
  return {ExitStatus::negative, "the run has diverged at step " + std::to_string(step) + ": " + what,
          "go back to the last checkpoint with a smaller --lr or a smaller --clip"};
}

}  // namespace daybreak::training
