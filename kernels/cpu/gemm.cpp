#include <cstring>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

// Blocks of the output that are one task; multiples of every instruction set's register tile. Functions of the shape
// alone, as is the order of each sum: the bytes do not depend on the threads.
constexpr int64_t kBlockRows = 96, kBlockDepth = 256, kPackedFloats = 1 << 21;

int64_t round_up(int64_t value, int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// A product whose operands are float32, rounded to the type that they are multiplied in.
struct Product {
  const daybreak_gemm& g;
  const float* a;
  const float* b;
  const float* bias;
  int64_t block_columns;  // of a task
};

void round_to_compute(const Loops& loops, float* x, int64_t count, daybreak_dtype compute, void* narrow) {
  if (compute == DAYBREAK_F32) return;
  convert_out(loops, x, narrow, compute, 0, count);
  convert_in(loops, narrow, compute, 0, count, x);
}

/// The operand as float32 rounded to `compute`: the buffer itself, or a copy in `scratch`.
const float* prepare(daybreak_device& device, Scratch& scratch, const void* buffer, daybreak_dtype type,
                     daybreak_dtype compute, int64_t count) {
  const Input input(device.loops, buffer, type);
  element_bytes(compute);
  if (type == DAYBREAK_F32 && compute == DAYBREAK_F32) return input.tile(0, count, nullptr);
  float* const converted = scratch.at_least(count);
  for_each_tile(device, count, 1, [&](int64_t offset, int64_t n, float* narrow) {
    convert_in(device.loops, buffer, type, offset, n, converted + offset);
    if (type != compute) round_to_compute(device.loops, converted + offset, n, compute, narrow);
  });
  return converted;
}

/// Packs op(x)[first, first + count) of the free dimension into panels [k][width] that one register tile reads; what is
/// missing in the last panel is 0. strided: consecutive elements of the free dimension lie `k` apart in the buffer.
void pack(daybreak_device& device, const float* x, int64_t free_size, int64_t k, bool strided, int64_t first, int64_t count,
          int64_t width, float* packed) {
  constexpr int64_t kDepth = 64;
  const int64_t panels = (count + width - 1) / width, blocks = (k + kDepth - 1) / kDepth;
  device.threads.for_each(blocks * ((panels + 15) / 16), [&](int64_t task, unsigned) {
    const int64_t start = task % blocks * kDepth, end = std::min(k, start + kDepth), group = task / blocks * 16;
    for (int64_t p = group; p < std::min(panels, group + 16); ++p) {
      float* const panel = packed + p * k * width;
      const int64_t valid = std::min(width, count - p * width), column = first + p * width;
      if (valid < width) std::memset(panel + start * width, 0, static_cast<size_t>((end - start) * width) * sizeof(float));
      if (strided)
        for (int64_t j = 0; j < valid; ++j)
          for (int64_t l = start; l < end; ++l) panel[l * width + j] = x[(column + j) * k + l];
      else
        for (int64_t l = start; l < end; ++l)
          std::memcpy(panel + l * width, x + l * free_size + column, static_cast<size_t>(valid) * sizeof(float));
    }
  });
}

/// c[rows, columns] of one task from packed panels, left in sums[rows rounded up, block_columns].
void multiply_block(const Loops& loops, int64_t k, int64_t rows, int64_t columns, int64_t stride, const float* a, const float* b,
                    float* sums) {
  if (k == 0) std::memset(sums, 0, static_cast<size_t>(rows * stride) * sizeof(float));
  for (int64_t depth = 0; depth < k; depth += kBlockDepth)
    for (int64_t j = 0; j < columns; j += loops.tile_columns)
      for (int64_t i = 0; i < rows; i += loops.tile_rows)
        loops.packed_tile(std::min(kBlockDepth, k - depth), a + i * k + depth * loops.tile_rows,
                          b + j * k + depth * loops.tile_columns, sums + i * stride + j, stride, depth != 0);
}

/// c = alpha * sums + beta * c + bias for one task's block at (row, column).
void write_block(const Loops& loops, const Product& p, const float* sums, int64_t row, int64_t rows, int64_t column,
                 int64_t columns, float* scratch) {
  const Input old(loops, p.g.c, p.g.c_type);
  const Output c(loops, p.g.c, p.g.c_type);
  for (int64_t i = 0; i < rows; ++i) {
    const int64_t offset = (row + i) * p.g.n + column;
    float* const out = c.tile(offset, scratch);
    if (p.g.beta != 0) old.tile(offset, columns, scratch);
    loops.add_scaled(sums + i * p.block_columns, out, p.g.alpha, p.g.beta, columns);
    if (p.bias) loops.add_scaled(p.bias + column, out, 1, 1, columns);
    c.finish(out, offset, columns);
  }
}

/// The output's part [row, row + rows) x [column, column + columns), whose operands have been packed.
void multiply_packed(daybreak_device& device, const Product& p, int64_t row, int64_t rows, int64_t column, int64_t columns,
                     const float* packed_a, const float* packed_b) {
  const int64_t row_blocks = (rows + kBlockRows - 1) / kBlockRows;
  const int64_t column_blocks = (columns + p.block_columns - 1) / p.block_columns, k = p.g.k;
  device.threads.for_each(row_blocks * column_blocks, [&](int64_t task, unsigned worker) {
    const int64_t i = task % row_blocks * kBlockRows, j = task / row_blocks * p.block_columns;
    const int64_t m = std::min(kBlockRows, rows - i), n = std::min(p.block_columns, columns - j);
    float* const sums = device.of_worker[worker].at_least((kBlockRows + 1) * p.block_columns);
    multiply_block(device.loops, k, round_up(m, device.loops.tile_rows), n, p.block_columns, packed_a + i * k, packed_b + j * k,
                   sums);
    write_block(device.loops, p, sums, row + i, m, column + j, n, sums + kBlockRows * p.block_columns);
  });
}

/// How much of a dimension is packed at once: all of it unless that is larger than kPackedFloats.
int64_t packed_extent(int64_t size, int64_t k, int64_t unit) {
  return std::min(round_up(size, unit), std::max(unit, kPackedFloats / std::max<int64_t>(k, 1) / unit * unit));
}

void multiply(daybreak_device& device, const Product& p) {
  const daybreak_gemm& g = p.g;
  const Loops& loops = device.loops;
  const int64_t wide = packed_extent(g.n, g.k, p.block_columns), tall = packed_extent(g.m, g.k, kBlockRows);
  float* const packed_a = device.packed_a.at_least(tall * g.k);
  float* const packed_b = device.packed_b.at_least(wide * g.k);
  for (int64_t j = 0; j < g.n; j += wide) {
    const int64_t columns = std::min(wide, g.n - j);
    pack(device, p.b, g.n, g.k, g.transpose_b != 0, j, columns, loops.tile_columns, packed_b);
    for (int64_t i = 0; i < g.m; i += tall) {
      const int64_t rows = std::min(tall, g.m - i);
      if (j == 0 || tall < g.m) pack(device, p.a, g.m, g.k, g.transpose_a == 0, i, rows, loops.tile_rows, packed_a);
      multiply_packed(device, p, i, rows, j, columns, packed_a, packed_b);
    }
  }
}

}  // namespace

void Operations::gemm(daybreak_device& device, const daybreak_gemm& g) {
  if (g.a_layout != DAYBREAK_ROW_MAJOR || g.b_layout != DAYBREAK_ROW_MAJOR)
    throw host::Refusal{DAYBREAK_UNSUPPORTED, "there are no packed layouts"};
  if (g.m == 0 || g.n == 0) return;
  element_bytes(g.c_type);
  const int64_t block_columns = g.m * g.n <= 1 << 18 ? 64 : 256;
  const float* const bias =
      g.bias ? Input(device.loops, g.bias, g.bias_type).tile(0, g.n, device.bias.at_least(g.n)) : nullptr;
  multiply(device, {g, prepare(device, device.a, g.a, g.a_type, g.compute, g.m * g.k),
                    prepare(device, device.b, g.b, g.b_type, g.compute, g.k * g.n), bias, block_columns});
}

}  // namespace daybreak::kernels::cpu
