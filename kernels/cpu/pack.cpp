#include <cstring>

#include "kernels/cpu/gemm_f32.h"
#include "kernels/cpu/operations.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

/// `count` elements of x from `from` on, rounded to y's type, at `to`. scratch: `count` floats.
void convert(const Loops& loops, const void* x, daybreak_dtype x_type, int64_t from, void* y, daybreak_dtype y_type,
             int64_t to, int64_t count, float* scratch) {
  const int64_t bytes = element_bytes(y_type);
  if (x_type == y_type) {
    std::memcpy(static_cast<std::byte*>(y) + to * bytes, static_cast<const std::byte*>(x) + from * bytes,
                static_cast<size_t>(count * bytes));
    return;
  }
  convert_in(loops, x, x_type, from, count, scratch);
  convert_out(loops, scratch, y, y_type, to, count);
}

/// Between row-major and TILED, in blocks of rows.
void rearrange(daybreak_device& device, const daybreak_pack& p) {
  element_bytes(p.x_type), element_bytes(p.packed_type);
  const bool packs = p.packed_layout == DAYBREAK_TILED;
  device.threads.for_each((p.rows + kTiledBlock - 1) / kTiledBlock, [&](int64_t task, unsigned) {
    float scratch[kTiledBlock];
    const int64_t first = task * kTiledBlock, stop = std::min(p.rows, first + kTiledBlock);
    for (int64_t column = 0; column < p.columns; column += kTiledBlock)
      for (int64_t row = first; row < stop; ++row) {
        const int64_t tiled = tiled_place(p.columns, row, column), plain = row * p.columns + column;
        convert(device.loops, p.x, p.x_type, packs ? plain : tiled, p.packed, p.packed_type, packs ? tiled : plain,
                kTiledBlock, scratch);
      }
  });
}

void pack_b(daybreak_device& device, const daybreak_pack& p) {
  const bool along = p.transpose != 0;
  const void* const x = as_row_major(device, device.b, p.x, p.x_type, DAYBREAK_ROW_MAJOR, along ? p.columns : p.rows,
                                     along ? p.rows : p.columns, p.packed_type, p.packed_type);
  if (p.packed_type == DAYBREAK_F32)
    return pack_f32(device, {static_cast<const float*>(x), p.columns, p.rows, along}, static_cast<float*>(p.packed));
  const Bf16Tiles& tiles = *device.set.bf16_tiles;
  const Bf16Operand b{static_cast<const uint16_t*>(x), DAYBREAK_ROW_MAJOR, p.columns, p.rows, along, false};
  device.threads.for_each((p.columns + kTiledBlock - 1) / kTiledBlock, [&](int64_t task, unsigned) {
    tiles.pack_b(b.source(task * kTiledBlock, 0, p.rows), static_cast<uint16_t*>(p.packed) + task * b.panel_elements());
  });
}

}  // namespace

bool has_tiled(const daybreak_device& device, daybreak_dtype type, int64_t columns) {
  return device.set.bf16_tiles && type == DAYBREAK_BF16 && columns % kTiledBlock == 0;
}

void require_layout(bool here) {
  if (!here) throw Refusal{DAYBREAK_UNSUPPORTED, "there is no such layout of this matrix"};
}

size_t packed_bytes(daybreak_device* device, const daybreak_pack* p) {
  if (p->struct_size < sizeof *p || check_sizes({p->rows, p->columns})) return 0;
  if (p->packed_layout == DAYBREAK_TILED && has_tiled(*device, p->packed_type, p->columns))
    return static_cast<size_t>(round_up(p->rows, kTiledBlock) * p->columns) * sizeof(uint16_t);
  if (p->packed_layout == DAYBREAK_PACKED_B && device->set.bf16_tiles && p->packed_type == DAYBREAK_BF16)
    return static_cast<size_t>(round_up(p->rows, kTiledBlock) * round_up(p->columns, kTiledBlock)) * sizeof(uint16_t);
  if (p->packed_layout == DAYBREAK_PACKED_B && p->packed_type == DAYBREAK_F32)
    return static_cast<size_t>(packed_f32_elements(*device, p->columns, p->rows)) * sizeof(float);
  return 0;
}

const void* as_row_major(daybreak_device& device, Scratch& scratch, const void* buffer, daybreak_dtype type,
                         daybreak_layout layout, int64_t rows, int64_t columns, daybreak_dtype compute,
                         daybreak_dtype wanted) {
  element_bytes(type), element_bytes(compute);  // refuses before any thread starts
  if (type == wanted && compute == wanted && layout == DAYBREAK_ROW_MAJOR) return buffer;
  const Loops& loops = device.loops;
  std::byte* const copy = scratch.bytes_at_least(static_cast<size_t>(rows * columns * element_bytes(wanted)));
  const auto convert_tile = [&](int64_t from, int64_t to, int64_t count, float* wide) {
    convert_in(loops, buffer, type, from, count, wide);
    if (type != compute && compute != wanted && compute != DAYBREAK_F32) {
      convert_out(loops, wide, wide + kTile, compute, 0, count);
      convert_in(loops, wide + kTile, compute, 0, count, wide);
    }
    convert_out(loops, wide, copy, wanted, to, count);
  };
  if (layout == DAYBREAK_ROW_MAJOR) {
    for_each_tile(device, rows * columns, 2,
                  [&](int64_t offset, int64_t count, float* wide) { convert_tile(offset, offset, count, wide); });
  } else {
    device.threads.for_each(rows, [&](int64_t row, unsigned worker) {
      float* const wide = device.of_worker[worker].at_least(2 * kTile);
      for (int64_t column = 0; column < columns; column += kTiledBlock)
        convert_tile(tiled_place(columns, row, column), row * columns + column, kTiledBlock, wide);
    });
  }
  return copy;
}

void Operations::pack(daybreak_device& device, const daybreak_pack& p) {
  if (p.rows == 0 || p.columns == 0) return;
  const bool unpacks = p.packed_layout == DAYBREAK_ROW_MAJOR;
  daybreak_pack tiled = p;
  tiled.struct_size = sizeof tiled;
  if (unpacks) tiled.packed_layout = p.x_layout, tiled.packed_type = p.x_type;
  require_layout(packed_bytes(&device, &tiled) != 0);
  p.packed_layout == DAYBREAK_PACKED_B ? pack_b(device, p) : rearrange(device, p);
}

}  // namespace daybreak::kernels::cpu
