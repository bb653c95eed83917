#pragma once
// What a chunk looks like, in a few dozen numbers: from them the selector foretells what pipelines make of it.
#include <array>
#include <cstdint>
#include <span>

#include "libcore/codecs/byte_stream.h"
#include "libcore/codecs/element_type.h"

namespace daybreak::codecs {

/// Where no unit is named: bits a value, in 1/256. "in order": of values as order_map.h orders them, less the smallest
/// and divided by what all share.
enum class Feature : std::uint8_t {
  kind,             // 0 plain, 1 integer, 2 real
  element_bits,
  dimensions,       // 1 to 3; extents of 1 do not count
  log_count,        // log2 of the number of values, in 1/256
  log_row,
  log_plane,
  log_last,
  density,          // bins of values in order
  delta,            // magnitudes of differences to the value before, a row before or a plane before, the least
  delta2,           // ... of the second differences
  delta3,
  before,           // ... of the differences to the value before
  median,           // ... to the median guess (median.h); without rows, as delta
  lorenzo,          // ... to the other corners of a cube (lorenzo.h); without planes, as median
  delta_context,    // the same as delta, given the magnitude before
  median_context,
  folded,           // magnitudes of folded values
  folded_context,   // the same, given those before
  grid_lost,        // values that no decimal grid holds, in 1/1024; 1024 where there is no grid
  grid_density,     // places on the grid, as density; without a grid, as the features of values in order
  grid_delta,
  grid_median,
  grid_delta_context,
  grid_median_context,
  distinct,         // log2 of values for each different one, in 1/256
  distinct_pairs,   // the same for pairs of neighbors
  distinct_fours,   // ... and for fours
  frequency,        // entropy of values in the sample, whatever their order
  most_frequent,    // share of the most frequent value, in 1/1024
  equal_before,     // values equal to the one before, in 1/1024
  zero,             // zeros, in 1/1024
  negative,         // values with a sign, in 1/1024
  top_byte,         // entropy of bytes of values in order, the highest first
  second_byte,
  third_byte,
  lowest_byte,
  matches,          // bytes that repeat four bytes or more close by, in 1/1024
  long_matches,     // the same for sixteen
  drift,            // density less that of the chunk's quarters
  column_spread,    // how much the column tells of a value's rank, in 1/1024
  column_scale,     // how much the column tells of a value's magnitude, in 1/1024
  row_scale,        // how much the place in the chunk tells of a value's magnitude, in 1/1024
  column_density,   // density within a column, for few columns; else as density
  strange,          // NaN and infinite values, in 1/1024
};
constexpr std::size_t kFeatures = 44;

struct Features {
  std::array<std::int16_t, kFeatures> values{};
  std::int16_t of(Feature feature) const { return values[static_cast<std::size_t>(feature)]; }
  std::int16_t& of(Feature feature) { return values[static_cast<std::size_t>(feature)]; }
  friend bool operator==(const Features&, const Features&) = default;
};

/// Depends on the arguments alone, on every processor. `data` holds at least one element of the shape. Cost: one quick
/// pass over the chunk, and a sample of 4096 values in sixteen runs.
Features measure_features(ElementType type, std::span<const std::uint64_t> shape, ByteSpan data);

}  // namespace daybreak::codecs
