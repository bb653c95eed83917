#include <cstring>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

// Blocks of the output that are one task; multiples of every instruction set's register tile. Functions of the shape
// alone, as is the order of each sum: the bytes do not depend on the threads.
constexpr int64_t kBlockRows = 96, kBlockDepth = 256, kPackedElements = 1 << 22;

int64_t round_up(int64_t value, int64_t unit) {
  return (value + unit - 1) / unit * unit;
}

/// A product whose operands are of the tiles' type, rounded to the type that they are multiplied in.
struct Product {
  const daybreak_gemm& g;
  const ProductTiles& tiles;
  const std::byte* a;
  const std::byte* b;
  const float* bias;
  int64_t block_columns;  // of a task
};

/// Types that are multiplied in bf16 where there are instructions for it: what they hold, bf16 holds exactly.
bool fits_bf16(daybreak_dtype type) {
  return type == DAYBREAK_BF16 || type == DAYBREAK_F8_E4M3 || type == DAYBREAK_F8_E5M2;
}

void round_to_compute(const Loops& loops, float* x, int64_t count, daybreak_dtype compute, void* narrow) {
  if (compute == DAYBREAK_F32) return;
  convert_out(loops, x, narrow, compute, 0, count);
  convert_in(loops, narrow, compute, 0, count, x);
}

/// The operand in the tiles' type, rounded to `compute`: the buffer itself, or a copy in `scratch`.
const std::byte* prepare(daybreak_device& device, const ProductTiles& tiles, Scratch& scratch, const void* buffer,
                         daybreak_dtype type, daybreak_dtype compute, int64_t count) {
  element_bytes(type), element_bytes(compute);  // refuses before any thread starts
  const daybreak_dtype packed_type = tiles.element_bytes == sizeof(float) ? DAYBREAK_F32 : DAYBREAK_BF16;
  if (type == packed_type && compute == packed_type) return static_cast<const std::byte*>(buffer);
  std::byte* const copy = scratch.bytes_at_least(static_cast<size_t>(count) * tiles.element_bytes);
  for_each_tile(device, count, 2, [&](int64_t offset, int64_t n, float* wide) {
    convert_in(device.loops, buffer, type, offset, n, wide);
    if (type != compute && compute != packed_type) round_to_compute(device.loops, wide, n, compute, wide + kTile);
    convert_out(device.loops, wide, copy, packed_type, offset, n);
  });
  return copy;
}

/// An operand in panels of one register tile's width: for each kBlockDepth of k, all panels one after the other.
/// (Panels of the whole of k would lie a power of two apart and push each other out of the cache.)
struct Packed {
  std::byte* data;
  int64_t row_bytes;  // of one element of k over the free dimension, in whole panels
  int64_t element_bytes;
  std::byte* panel(int64_t depth, int64_t depths, int64_t first) const {
    return data + depth * row_bytes + first * depths * element_bytes;
  }
};

/// An operand to pack: op(x), whose free dimension is that of the output and the other is k.
struct Operand {
  const std::byte* data;
  int64_t free_size, k;
  bool along;  // neighbors in k are neighbors in memory
  int64_t width;
  PackPanel pack;
};

/// Packs [first, first + count) of an operand's free dimension, cut into tasks; what is missing in the last panel is 0.
class Packing {
 public:
  Packing(const ProductTiles& tiles, const Operand& x, int64_t first, int64_t count, Scratch& room)
      : tiles_(tiles),
        x_(x),
        first_(first),
        count_(count),
        panels_((count + x.width - 1) / x.width),
        result_{nullptr, panels_ * x.width * static_cast<int64_t>(tiles.element_bytes),
                static_cast<int64_t>(tiles.element_bytes)} {
    result_.data = room.bytes_at_least(static_cast<size_t>(result_.row_bytes * round_up(x.k, tiles.depth)));
  }

  const Packed& result() const { return result_; }
  int64_t tasks() const { return depth_tasks() * ((panels_ + kPanels - 1) / kPanels); }

  void run(int64_t task) const {
    const int64_t start = task % depth_tasks() * kDepth, depths = std::min(kDepth, x_.k - start);
    const int64_t block = start / kBlockDepth * kBlockDepth, stride = x_.along ? x_.k : x_.free_size;
    const int64_t block_depths = round_up(std::min(kBlockDepth, x_.k - block), tiles_.depth);
    const int64_t group = task / depth_tasks() * kPanels;
    for (int64_t p = group; p < std::min(panels_, group + kPanels); ++p) {
      const int64_t column = first_ + p * x_.width, valid = std::min(x_.width, count_ - p * x_.width);
      const int64_t from = x_.along ? column * stride + start : start * stride + column;
      std::byte* const panel = result_.panel(block, block_depths, p * x_.width);
      x_.pack(x_.data + from * result_.element_bytes, stride, valid, depths,
              panel + (start - block) * x_.width * result_.element_bytes);
    }
  }

 private:
  static constexpr int64_t kDepth = 64, kPanels = 16;  // of a task
  int64_t depth_tasks() const { return (x_.k + kDepth - 1) / kDepth; }

  const ProductTiles& tiles_;
  const Operand& x_;
  int64_t first_, count_, panels_;
  Packed result_;
};

/// A task's block of the output: its place in the packed operands and its size.
struct Block {
  int64_t row, column, rows, columns;
};

/// The sums of one block, in sums[rows rounded up, stride].
void multiply_block(const ProductTiles& tiles, int64_t k, const Block& block, const Packed& a, const Packed& b,
                    float* sums, int64_t stride) {
  if (k == 0) std::memset(sums, 0, static_cast<size_t>(block.rows * stride) * sizeof(float));
  for (int64_t depth = 0; depth < k; depth += kBlockDepth) {
    const int64_t depths = round_up(std::min(kBlockDepth, k - depth), tiles.depth);
    tiles.multiply(block.rows, block.columns, depths, a.panel(depth, depths, block.row),
                   b.panel(depth, depths, block.column), sums, stride, depth != 0);
  }
}

/// The epilogue of one row of a block: values, which hold alpha * sums + bias, become what is added to beta * c.
void apply_epilogue(const Loops& loops, const daybreak_gemm& g, float* values, int64_t first, int64_t count,
                    float* scratch) {
  if (g.epilogue == DAYBREAK_EPILOGUE_GELU) {
    if (g.aux) convert_out(loops, values, g.aux, g.aux_type, first, count);
    if (g.aux && g.aux_type != DAYBREAK_F32) convert_in(loops, g.aux, g.aux_type, first, count, values);
    loops.gelu(values, values, count);
  } else {
    convert_in(loops, g.aux, g.aux_type, first, count, scratch);
    loops.gelu_backward(scratch, values, values, count);
  }
}

/// A block of c whose product has an epilogue.
void write_with_epilogue(const Loops& loops, const Product& p, float* sums, const Block& block, float* scratch) {
  const daybreak_gemm& g = p.g;
  float* const old = scratch;
  float* const aux = scratch + p.block_columns;
  for (int64_t i = 0; i < block.rows; ++i, sums += p.block_columns) {
    const int64_t first = (block.row + i) * g.n + block.column;
    if (g.beta != 0) convert_in(loops, g.c, g.c_type, first, block.columns, old);  // before aux, which may be c
    loops.finish_f32({1, block.columns, sums, 0, 0, g.alpha, 0, p.bias ? p.bias + block.column : nullptr}, sums);
    apply_epilogue(loops, g, sums, first, block.columns, aux);
    if (g.beta != 0) loops.add_scaled(old, sums, g.beta, 1, block.columns);
    convert_out(loops, sums, g.c, g.c_type, first, block.columns);
  }
}

/// c = epilogue(alpha * sums + bias) + beta * c for one block of c; scratch has two rows of the block.
void write_block(const Loops& loops, const Product& p, float* sums, const Block& block, float* scratch) {
  if (p.g.epilogue) return write_with_epilogue(loops, p, sums, block, scratch);
  const int64_t first = block.row * p.g.n + block.column;
  BlockEnd end{block.rows, block.columns, sums,     p.block_columns,
               p.g.n,      p.g.alpha,     p.g.beta, p.bias ? p.bias + block.column : nullptr};
  if (p.g.c_type == DAYBREAK_F32) return loops.finish_f32(end, static_cast<float*>(p.g.c) + first);
  if (p.g.c_type == DAYBREAK_BF16) return loops.finish_bf16(end, static_cast<uint16_t*>(p.g.c) + first);
  end.rows = 1;
  for (int64_t i = 0; i < block.rows; ++i, end.sums += p.block_columns) {
    if (p.g.beta != 0) convert_in(loops, p.g.c, p.g.c_type, first + i * p.g.n, block.columns, scratch);
    loops.finish_f32(end, scratch);
    convert_out(loops, scratch, p.g.c, p.g.c_type, first + i * p.g.n, block.columns);
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
    float* const sums = device.of_worker[worker].at_least((kBlockRows + 2) * p.block_columns);
    multiply_block(p.tiles, p.g.k, block, a, b, sums, p.block_columns);
    block.row += part.row;
    block.column += part.column;
    write_block(device.loops, p, sums, block, sums + kBlockRows * p.block_columns);
  });
}

/// How much of a dimension is packed at once: all of it unless that is larger than kPackedElements.
int64_t packed_extent(int64_t size, int64_t k, int64_t unit) {
  return std::min(round_up(size, unit), std::max(unit, kPackedElements / std::max<int64_t>(k, 1) / unit * unit));
}

void multiply(daybreak_device& device, const Product& p) {
  const daybreak_gemm& g = p.g;
  const ProductTiles& tiles = p.tiles;
  const Operand of_a{p.a, g.m, g.k, g.transpose_a == 0, tiles.rows, g.transpose_a ? tiles.a_across : tiles.a_along};
  const Operand of_b{p.b, g.n, g.k, g.transpose_b != 0, tiles.columns, g.transpose_b ? tiles.b_along : tiles.b_across};
  const int64_t wide = packed_extent(g.n, g.k, p.block_columns), tall = packed_extent(g.m, g.k, kBlockRows);
  for (int64_t j = 0; j < g.n; j += wide) {
    const Packing b(tiles, of_b, j, std::min(wide, g.n - j), device.packed_b);
    for (int64_t i = 0; i < g.m; i += tall) {
      const Block part{i, j, std::min(tall, g.m - i), std::min(wide, g.n - j)};
      const Packing a(tiles, of_a, i, part.rows, device.packed_a);
      const int64_t tasks_of_b = i == 0 ? b.tasks() : 0, tasks_of_a = j == 0 || tall < g.m ? a.tasks() : 0;
      device.threads.for_each(tasks_of_b + tasks_of_a, [&](int64_t task, unsigned) {
        task < tasks_of_b ? b.run(task) : a.run(task - tasks_of_b);
      });
      multiply_packed(device, p, part, a.result(), b.result());
    }
  }
}

}  // namespace

void Operations::gemm(daybreak_device& device, const daybreak_gemm& g) {
  if (g.a_layout || g.b_layout || g.c_layout || g.aux_layout)
    throw host::Refusal{DAYBREAK_UNSUPPORTED, "there are no packed layouts"};
  if (g.m == 0 || g.n == 0) return;
  element_bytes(g.c_type);
  if (g.epilogue && g.aux) element_bytes(g.aux_type);
  const ProductTiles& tiles =
      device.set.bf16_tiles && fits_bf16(g.compute) ? *device.set.bf16_tiles : device.set.f32_tiles;
  const int64_t block_columns = g.m * g.n <= 1 << 18 ? 64 : 256;
  const float* const bias =
      g.bias ? Input(device.loops, g.bias, g.bias_type).tile(0, g.n, device.bias.at_least(g.n)) : nullptr;
  multiply(device, {g, tiles, prepare(device, tiles, device.a, g.a, g.a_type, g.compute, g.m * g.k),
                    prepare(device, tiles, device.b, g.b, g.b_type, g.compute, g.k * g.n), bias, block_columns});
}

}  // namespace daybreak::kernels::cpu
