#include <algorithm>
#include <cmath>

#include "kernels/common/group_scale.h"
#include "kernels/cpu/operations.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

constexpr int64_t kGroup = kScalingGroup;

/// A block of at most kGroup x kGroup codes, at a multiple of kGroup in both directions.
struct Block {
  int64_t row, column, rows, columns;
};

/// The block's elements as float32 in rows of kGroup.
void load_block(const Loops& loops, const daybreak_quantize& q, const Block& b, float* to, float* scratch) {
  if (!q.transpose) {
    for (int64_t i = 0; i < b.rows; ++i)
      convert_in(loops, q.x, q.x_type, (b.row + i) * q.columns + b.column, b.columns, to + i * kGroup);
    return;
  }
  for (int64_t j = 0; j < b.columns; ++j) {
    convert_in(loops, q.x, q.x_type, (b.column + j) * q.rows + b.row, b.rows, scratch);
    for (int64_t i = 0; i < b.rows; ++i) to[i * kGroup + j] = scratch[i];
  }
}

float largest_finite(const float* x, int64_t count) {
  float largest = 0;
  for (int64_t i = 0; i < count; ++i)
    if (const float magnitude = std::fabs(x[i]); std::isfinite(magnitude)) largest = std::max(largest, magnitude);
  return largest;
}

/// Codes of the first `columns` of `rows` rows of a block, which share a scale; that scale.
float quantize_group(const Loops& loops, const daybreak_quantize& q, const Block& b, int64_t first, int64_t rows, float* values) {
  float largest = 0;
  for (int64_t i = first; i < first + rows; ++i) largest = std::max(largest, largest_finite(values + i * kGroup, b.columns));
  const int exponent = q.codes_type == DAYBREAK_F8_E4M3 ? group_scale_exponent<F8E4m3>(largest) : group_scale_exponent<F8E5m2>(largest);
  for (int64_t i = first; i < first + rows; ++i) {
    loops.scale(values + i * kGroup, power_of_two(-exponent), b.columns);
    convert_out(loops, values + i * kGroup, q.codes, q.codes_type, (b.row + i) * q.columns + b.column, b.columns);
  }
  return power_of_two(exponent);
}

}  // namespace

void Operations::quantize(daybreak_device& device, const daybreak_quantize& q) {
  element_bytes(q.x_type);
  const bool blocks = q.scaling == DAYBREAK_SCALING_BLOCKS;
  const int64_t across = scaling_groups(q.columns);
  device.threads.for_each(scaling_groups(q.rows) * across, [&](int64_t task, unsigned worker) {
    float* const values = device.of_worker[worker].at_least(kGroup * (kGroup + 1));
    const int64_t row = task / across * kGroup, column = task % across * kGroup;
    const Block b{row, column, std::min(kGroup, q.rows - row), std::min(kGroup, q.columns - column)};
    load_block(device.loops, q, b, values, values + kGroup * kGroup);
    const int64_t each = blocks ? b.rows : 1;
    for (int64_t i = 0; i < b.rows; i += each)
      q.scales[scale_place(blocks, q.rows, q.columns, row + i, column)] = quantize_group(device.loops, q, b, i, each, values);
  });
}

const void* dequantized(daybreak_device& device, Scratch& scratch, const ScaledCodes& x, daybreak_dtype wanted) {
  std::byte* const copy = scratch.bytes_at_least(static_cast<size_t>(x.rows * x.columns * element_bytes(wanted)));
  const bool blocks = x.scaling == DAYBREAK_SCALING_BLOCKS;
  device.threads.for_each(x.rows, [&](int64_t row, unsigned worker) {
    float* const values = device.of_worker[worker].at_least(kGroup);
    for (int64_t column = 0; column < x.columns; column += kGroup) {
      const int64_t place = row * x.columns + column, count = std::min(kGroup, x.columns - column);
      convert_in(device.loops, x.codes, x.type, place, count, values);
      device.loops.scale(values, x.scales[scale_place(blocks, x.rows, x.columns, row, column)], count);
      convert_out(device.loops, values, copy, wanted, place, count);
    }
  });
  return copy;
}

}  // namespace daybreak::kernels::cpu
