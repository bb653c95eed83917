#pragma once
// The gradients of a rank's micro-batches, added in the order of a fixed tree.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/training/sum_order.h"

namespace daybreak::training {

/// Keeps sums of micro-batches on the device until the ranks add them: the nodes_of() those of this rank.
class GradientRows {
 public:
  /// Has memory for these micro-batches; gradients have `flat` elements.
  GradientRows(device::Device& device, std::int64_t flat, Range leaves);
  /// What that memory is.
  static std::size_t bytes_for(std::int64_t flat, Range leaves);
  /// The most that it is for any of so many micro-batches that follow each other.
  static std::size_t most_bytes_for(std::int64_t flat, std::int64_t leaves);
  std::size_t bytes() const;

  /// A step begins, perhaps with other micro-batches than the one before it.
  void begin(Range leaves);
  /// gradient[flat] is that of the next micro-batch; what comes after it may be written in its place, unless it is the last.
  void take(float* gradient);
  /// The nodes, in the device's memory; the last one is in the gradient that was taken last.
  std::vector<const float*> rows(const float* gradient) const;
  /// The gradient that was taken last becomes the sum of all nodes, as SumOrder::of_nodes() adds them.
  void fold(float* gradient);

 private:
  void add_kept(std::size_t row, float* gradient);

  device::Device& device_;
  std::int64_t flat_;
  Range leaves_;                         // of the step
  std::int64_t next_ = 0;
  std::vector<TreeNode> nodes_;          // that are there
  std::vector<device::Buffer> buffers_;  // of all of them but the last
};

}  // namespace daybreak::training
