#pragma once
// What the ranks of a job tell each other of a step, so that all of them judge it alike.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/training/adamw.h"
#include "libcore/training/collectives/collectives.h"

namespace daybreak::training {

/// The losses of micro-batches and the squares of gradients, of one step at a time.
class StepTotals {
 public:
  explicit StepTotals(Collectives& ranks) : ranks_(ranks) {}

  /// most: micro-batches of whichever rank has most.
  void begin(std::int64_t most);
  /// Of this rank's next micro-batch.
  void add_loss(double sum) { mine_[kLosses + taken_++] = sum; }
  /// Tells all what this rank has: its losses, and its parts' share in the norm.
  void gather(const GradientSquares& parts);

  /// Of all ranks' micro-batches in their order.
  double loss() const;
  /// Of all ranks' parts in their order.
  GradientSquares squares() const;
  /// What rank 0 gave for its parts.
  GradientSquares squares_of_first() const { return squares_of(0); }

 private:
  enum : std::size_t { kSquares, kNotFinite, kLosses };
  GradientSquares squares_of(std::size_t rank) const;
  std::size_t ranks() const { return static_cast<std::size_t>(ranks_.size()); }

  Collectives& ranks_;
  std::size_t taken_ = 0;
  std::vector<double> mine_, all_;  // squares, elements that are not finite, losses; a rank's after the other's
};

}  // namespace daybreak::training
