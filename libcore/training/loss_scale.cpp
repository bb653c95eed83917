#include "libcore/training/loss_scale.h"

#include <algorithm>

namespace daybreak::training {

bool LossScale::update(bool finite) {
  if (!finite) {
    value_ /= 2;
    clean_steps_ = 0;
    ++skipped_;
    return false;
  }
  if (enabled_ && ++clean_steps_ == kCleanSteps) {
    value_ = std::min(2 * value_, kLargest);
    clean_steps_ = 0;
  }
  return true;
}

void LossScale::restore(double value, std::int64_t clean_steps, std::int64_t skipped) {
  value_ = enabled_ ? value : 1;
  clean_steps_ = clean_steps;
  skipped_ = skipped;
}

}  // namespace daybreak::training
