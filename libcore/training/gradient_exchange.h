#pragma once
// The gradients of all ranks become one sum, a part of it on each rank; what the ranks make of their parts goes to all.
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "libcore/device/device.h"
#include "libcore/training/collectives/device_group.h"
#include "libcore/training/state_layout.h"
#include "libcore/training/sum_order.h"

namespace daybreak::training {

/// For flat arrays in the memory of a rank's device, of as many elements as the layout has. Where the device computes in
/// the host's memory they are exchanged where they lie, else by way of a copy.
class GradientExchange {
 public:
  /// All must outlive this. group: devices that sum among themselves, where there are some.
  GradientExchange(Collectives& ranks, device::Device& device, const StateLayout& layout, std::shared_ptr<DeviceGroup> group = {})
      : ranks_(ranks), device_(device), layout_(layout), group_(std::move(group)) {}

  /// In a group, the gradients of its members become one sum: where all ranks are members, each part on its owner, and the
  /// rest is not touched; else all of it on the leader, whose row it is in sum(). The order of the sum is the devices'.
  void sum_in_group(float* gradient);
  /// Nothing is left for sum().
  bool all_in_group() const { return group_ && group_->is_all(); }
  bool in_group() const { return group_ && group_->has(ranks_.rank()); }
  /// How many rows each rank has after sum_in_group(), of those that had counts[rank] before: 1 or 0.
  std::vector<std::int64_t> counts_outside(std::vector<std::int64_t> counts) const {
    return group_ ? group_->counts_after(std::move(counts)) : counts;
  }

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
  /// Room on the host for a whole gradient, good until sum() or share().
  float* whole_on_host();
  void share_bucket(const Bucket& bucket, std::byte* values, std::size_t width);
  Range part_of(const Bucket& bucket) const { return bucket.parts[static_cast<std::size_t>(ranks_.rank())]; }

  Collectives& ranks_;
  device::Device& device_;
  const StateLayout& layout_;
  std::shared_ptr<DeviceGroup> group_;
  std::vector<std::byte> staged_;  // on the host: of one bucket, or of all
  std::vector<float> result_;      // of this rank's part of it
};

}  // namespace daybreak::training
