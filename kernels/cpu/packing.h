#pragma once
// The layouts of this chip, and operands of products on the way into panels of bf16 (products.h).
#include "kernels/cpu/cpu_device.h"
#include "kernels/cpu/tiled.h"
#include "kernels/device.h"

namespace daybreak::kernels::cpu {

inline int64_t round_up(int64_t value, int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// Whether this device has matrices of `columns` columns in the layout TILED.
bool has_tiled(const daybreak_device& device, daybreak_dtype type, int64_t columns);
/// Throws Refusal unless the matrix that is asked for has the layout.
void require_layout(bool here);
/// The table's entry.
size_t packed_bytes(daybreak_device* device, const daybreak_pack* p);

/// The buffer of a matrix [rows, columns] as row-major `wanted`, rounded to `compute` on the way: the buffer itself, or
/// a copy in `scratch`.
const void* as_row_major(daybreak_device& device, Scratch& scratch, const void* buffer, daybreak_dtype type,
                         daybreak_layout layout, int64_t rows, int64_t columns, daybreak_dtype compute,
                         daybreak_dtype wanted);

/// A matrix [rows, columns] of 8-bit codes with scales (kernels/device.h).
struct ScaledCodes {
  const void* codes;
  daybreak_dtype type;
  const float* scales;
  daybreak_scaling scaling;
  int64_t rows, columns;
};
/// What they stand for as `wanted`, bf16 or float32, which both hold it exactly; in `scratch`.
const void* dequantized(daybreak_device& device, Scratch& scratch, const ScaledCodes& x, daybreak_dtype wanted);

/// An operand of bf16, op(x): m or n wide and k deep.
struct Bf16Operand {
  const uint16_t* data;
  daybreak_layout layout;
  int64_t width, depth;
  bool along;  // neighbors in depth are neighbors in a row of the buffer
  bool ready;  // the buffer holds panels as they are multiplied

  int64_t panel_elements() const { return round_up(depth, kTiledBlock) * kTiledBlock; }
  /// Of a buffer that is ready: from depth `start` on, the panel that begins at `first`.
  const uint16_t* panel(int64_t first, int64_t start) const {
    return data + first / kTiledBlock * panel_elements() + start * kTiledBlock;
  }
  /// Of one that is not: where depth [start, start + depths) of that panel comes from.
  PanelSource source(int64_t first, int64_t start, int64_t depths) const {
    const int64_t stride = along ? depth : width, valid = width - first < kTiledBlock ? width - first : kTiledBlock;
    const int64_t place = along ? place_of(layout, stride, first, start) : place_of(layout, stride, start, first);
    if (layout != DAYBREAK_TILED)
      return {data + place, stride, along ? kTiledBlock : kTiledBlock * stride, valid, depths, along};
    return {data + place, kTiledBlock, along ? kTiledBlockElements : kTiledBlock * stride, valid, depths, along};
  }
};

}  // namespace daybreak::kernels::cpu
