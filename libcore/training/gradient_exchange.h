#pragma once
// The gradients of all ranks become one sum, a part of it on each rank; what the ranks make of their parts goes to all.
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/training/state_layout.h"
#include "libcore/training/sum_order.h"

namespace daybreak::training {

/// For flat arrays in the memory of a rank's device, of as many elements as the layout has. Where the device computes in
/// the host's memory they are exchanged where they lie, else by way of a copy.
class GradientExchange {
 public:
  /// All must outlive this.
  GradientExchange(Collectives& ranks, device::Device& device, const StateLayout& layout)
      : ranks_(ranks), device_(device), layout_(layout) {}

  /// gradient = the sum of the rows of all ranks in that order, within this rank's parts; elsewhere it is left as it is, and
  /// is then part of no sum. rows: this rank's, gradient perhaps among them; counts: how many each rank has.
  void sum(std::span<const float* const> rows, std::span<const std::int64_t> counts, const SumOrder& order, float* gradient);

  /// The parts of all ranks of an array of that type, in every rank's. Calls received() for stretches that this rank has not
  /// owned, as soon as they are there.
  void share(void* values, daybreak_dtype type, const std::function<void(Range)>& received);

 private:
  friend class GradientStream;
  using Bucket = StateLayout::Bucket;
  /// All in the host's memory, rows from the bucket's first element on; out: this rank's part.
  void sum_bucket(const Bucket& bucket, std::span<const float* const> rows, std::span<const std::int64_t> counts,
                  const SumOrder& order, float* out);
  void share_bucket(const Bucket& bucket, std::byte* values, std::size_t width);
  Range part_of(const Bucket& bucket) const { return bucket.parts[static_cast<std::size_t>(ranks_.rank())]; }

  Collectives& ranks_;
  device::Device& device_;
  const StateLayout& layout_;
  std::vector<std::byte> staged_;  // of one bucket, on the host
  std::vector<float> result_;      // of this rank's part of it
};

}  // namespace daybreak::training
