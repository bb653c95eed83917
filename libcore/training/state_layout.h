#pragma once
// Which elements of the flat arrays each rank of a job keeps the optimizer's state of.
#include <cstdint>
#include <span>
#include <vector>

#include "libcore/training/division.h"

namespace daybreak::training {

/// The flat array is cut into buckets from its end to its beginning, the order in which a backward pass is done with
/// gradients, and every bucket into a part for each rank, in proportion to its share. So all ranks have something to do for
/// each bucket, and no element belongs to two (Rajbhandari et al., ZeRO, 2020, stage 1).
class StateLayout {
 public:
  /// Parts begin at multiples of this many elements, where the vectors of a processor do.
  static constexpr std::int64_t kAlignment = 16;
  /// Elements of a bucket: large enough that what a message costs counts for nothing, small enough for a processor's cache.
  static constexpr std::int64_t kBucket = std::int64_t{1} << 20;

  /// Of `flat` elements; shares as Division::state has them; bucket: a multiple of kAlignment.
  StateLayout(std::int64_t flat, std::span<const double> shares, std::int64_t bucket = kBucket);

  struct Bucket {
    Range range;
    std::vector<Range> parts;  // one a rank, each beginning where the one before it ends; perhaps empty
  };
  /// From the end of the array to its beginning.
  const std::vector<Bucket>& buckets() const { return buckets_; }
  /// What a rank owns, in the order of the array; neighbors are one range.
  std::vector<Range> ranges_of(int rank) const;

 private:
  std::vector<Bucket> buckets_;
};

/// How many elements ranges have.
std::int64_t elements_of(std::span<const Range> ranges);

}  // namespace daybreak::training
