#pragma once
// The factor that keeps float16 gradients away from underflow.
#include <cstdint>

namespace daybreak::training {

/// Doubles after kCleanSteps steps with finite gradients; halves, and the step is skipped, where one is not finite
/// (Micikevicius et al., Mixed Precision Training, 2018). Its value is 1 and stays so where it is not enabled.
class LossScale {
 public:
  static constexpr std::int64_t kCleanSteps = 2000;
  static constexpr double kFirst = 65536, kLargest = 16777216;

  explicit LossScale(bool enabled) : enabled_(enabled), value_(enabled ? kFirst : 1) {}

  double value() const { return value_; }
  std::int64_t clean_steps() const { return clean_steps_; }
  std::int64_t skipped() const { return skipped_; }

  /// True where no smaller scale is left to try: a gradient that is not finite then ends the run.
  bool exhausted() const { return !enabled_ || value_ <= 1; }

  /// Tells how a step went. False where it must be skipped, and may be tried again with a smaller scale; not for
  /// whoever is exhausted().
  bool update(bool finite);
  /// The state of an earlier run.
  void restore(double value, std::int64_t clean_steps, std::int64_t skipped);

 private:
  bool enabled_;
  double value_;
  std::int64_t clean_steps_ = 0, skipped_ = 0;
};

}  // namespace daybreak::training
