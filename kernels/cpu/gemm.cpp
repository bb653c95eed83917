#include <cstring>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

// Blocks of the output that are one task; multiples of every instruction set's register tile. Functions of the shape
// alone, as is the order of each sum: the bytes do not depend on the threads.
constexpr int64_t kBlockRows = 96, kBlockDepth = 256, kPackedFloats = 1 << 22;

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

/// An operand in panels of one register tile's width: for each kBlockDepth of k, all panels [depth][width] one after the
/// other. (Panels of the whole of k would lie a power of two apart and push each other out of the cache.)
struct Packed {
  float* data;
  int64_t extent;  // of the free dimension, whole panels
  const float* panel(int64_t depth, int64_t depths, int64_t index) const { return data + depth * extent + index * depths; }
};

/// Packs op(x)[first, first + count) of the free dimension; what is missing in the last panel is 0. strided: consecutive
/// elements of the free dimension lie `k` apart in the buffer.
Packed pack(daybreak_device& device, const float* x, int64_t free_size, int64_t k, bool strided, int64_t first, int64_t count,
            int64_t width, float* packed) {
  constexpr int64_t kDepth = 64, kPanels = 16;  // of a task
  const int64_t panels = (count + width - 1) / width, blocks = (k + kDepth - 1) / kDepth;
  const Packed result{packed, panels * width};
  device.threads.for_each(blocks * ((panels + kPanels - 1) / kPanels), [&](int64_t task, unsigned) {
    const int64_t start = task % blocks * kDepth, end = std::min(k, start + kDepth), group = task / blocks * kPanels;
    const int64_t block = start / kBlockDepth * kBlockDepth, depths = std::min(kBlockDepth, k - block);
    for (int64_t p = group; p < std::min(panels, group + kPanels); ++p) {
      float* const panel = packed + block * result.extent + p * width * depths + (start - block) * width;
      const int64_t valid = std::min(width, count - p * width), column = first + p * width;
      if (valid < width) std::memset(panel, 0, static_cast<size_t>((end - start) * width) * sizeof(float));
      if (strided)
        for (int64_t j = 0; j < valid; ++j)
          for (int64_t l = start; l < end; ++l) panel[(l - start) * width + j] = x[(column + j) * k + l];
      else
        for (int64_t l = start; l < end; ++l)
          std::memcpy(panel + (l - start) * width, x + l * free_size + column, static_cast<size_t>(valid) * sizeof(float));
    }
  });
  return result;
}

/// A task's block of the output: its place in the packed operands and its size.
struct Block {
  int64_t row, column, rows, columns;
};

/// The sums of one block, in sums[rows rounded up, stride].
void multiply_block(const Loops& loops, int64_t k, const Block& block, const Packed& a, const Packed& b, float* sums,
                    int64_t stride) {
  if (k == 0) std::memset(sums, 0, static_cast<size_t>(block.rows * stride) * sizeof(float));
  for (int64_t depth = 0; depth < k; depth += kBlockDepth) {
    const int64_t depths = std::min(kBlockDepth, k - depth);
    for (int64_t j = 0; j < block.columns; j += loops.tile_columns)
      for (int64_t i = 0; i < block.rows; i += loops.tile_rows)
        loops.packed_tile(depths, a.panel(depth, depths, block.row + i), b.panel(depth, depths, block.column + j),
                          sums + i * stride + j, stride, depth != 0);
  }
}

/// c = alpha * sums + beta * c + bias for one block of c.
void write_block(const Loops& loops, const Product& p, const float* sums, const Block& block, float* scratch) {
  const Input old(loops, p.g.c, p.g.c_type);
  const Output c(loops, p.g.c, p.g.c_type);
  for (int64_t i = 0; i < block.rows; ++i) {
    const int64_t offset = (block.row + i) * p.g.n + block.column;
    float* const out = c.tile(offset, scratch);
    if (p.g.beta != 0) old.tile(offset, block.columns, scratch);
    loops.add_scaled(sums + i * p.block_columns, out, p.g.alpha, p.g.beta, block.columns);
    if (p.bias) loops.add_scaled(p.bias + block.column, out, 1, 1, block.columns);
    c.finish(out, offset, block.columns);
  }
}

/// The output's part `part`, whose operands have been packed.
void multiply_packed(daybreak_device& device, const Product& p, const Block& part, const Packed& a, const Packed& b) {
  const int64_t row_blocks = (part.rows + kBlockRows - 1) / kBlockRows;
  const int64_t column_blocks = (part.columns + p.block_columns - 1) / p.block_columns;
  device.threads.for_each(row_blocks * column_blocks, [&](int64_t task, unsigned worker) {
    Block block{task % row_blocks * kBlockRows, task / row_blocks * p.block_columns, 0, 0};
    block.rows = std::min(kBlockRows, part.rows - block.row);
    block.columns = std::min(p.block_columns, part.columns - block.column);
    float* const sums = device.of_worker[worker].at_least((kBlockRows + 1) * p.block_columns);
    multiply_block(device.loops, p.g.k, block, a, b, sums, p.block_columns);
    block.row += part.row;
    block.column += part.column;
    write_block(device.loops, p, sums, block, sums + kBlockRows * p.block_columns);
  });
}

/// How much of a dimension is packed at once: all of it unless that is larger than kPackedFloats.
int64_t packed_extent(int64_t size, int64_t k, int64_t unit) {
  return std::min(round_up(size, unit), std::max(unit, kPackedFloats / std::max<int64_t>(k, 1) / unit * unit));
}

void multiply(daybreak_device& device, const Product& p) {
  const daybreak_gemm& g = p.g;
  const int64_t wide = packed_extent(g.n, g.k, p.block_columns), tall = packed_extent(g.m, g.k, kBlockRows);
  float* const room_a = device.packed_a.at_least(tall * g.k);
  float* const room_b = device.packed_b.at_least(wide * g.k);
  Packed a{};
  for (int64_t j = 0; j < g.n; j += wide) {
    const int64_t columns = std::min(wide, g.n - j);
    const Packed b = pack(device, p.b, g.n, g.k, g.transpose_b != 0, j, columns, device.loops.tile_columns, room_b);
    for (int64_t i = 0; i < g.m; i += tall) {
      const int64_t rows = std::min(tall, g.m - i);
      if (j == 0 || tall < g.m) a = pack(device, p.a, g.m, g.k, g.transpose_a == 0, i, rows, device.loops.tile_rows, room_a);
      multiply_packed(device, p, {i, j, rows, columns}, a, b);
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
