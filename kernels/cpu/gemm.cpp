#include <cstring>

#include "kernels/cpu/gemm_bf16.h"
#include "kernels/cpu/operations.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

// Blocks of the output that are one task; multiples of every instruction set's register tile. Functions of the shape
// alone, as is the order of each sum: the bytes do not depend on the threads.
constexpr int64_t kBlockRows = 192, kBlockDepth = 256, kPackedElements = 1 << 22;

/// A product whose operands are float32, rounded to the type that they are multiplied in, and row-major.
struct Product {
  const daybreak_gemm& g;
  const ProductTiles& tiles;
  const float* a;
  const float* b;
  const float* bias;
  int64_t block_columns;  // of a task
};

/// An operand in panels of one register tile's width: for each kBlockDepth of k, all panels one after the other.
/// (Panels of the whole of k would lie a power of two apart and push each other out of the cache.)
struct Packed {
  float* data;
  int64_t row;  // elements for one of k: the free dimension in whole panels
  float* panel(int64_t depth, int64_t depths, int64_t first) const { return data + depth * row + first * depths; }
};

/// An operand to pack: op(x), whose free dimension is that of the output and the other is k.
struct Operand {
  const float* data;
  int64_t free_size, k;
  bool along;  // neighbors in k are neighbors in memory
  int64_t width;
  PackPanel pack;
};

/// Packs [first, first + count) of an operand's free dimension, cut into tasks; what is missing in the last panel is 0.
class Packing {
 public:
  Packing(const Operand& x, int64_t first, int64_t count, Scratch& room)
      : x_(x),
        first_(first),
        count_(count),
        panels_((count + x.width - 1) / x.width),
        result_{room.at_least(panels_ * x.width * x.k), panels_ * x.width} {}

  const Packed& result() const { return result_; }
  int64_t tasks() const { return depth_tasks() * ((panels_ + kPanels - 1) / kPanels); }

  void run(int64_t task) const {
    const int64_t start = task % depth_tasks() * kDepth, depths = std::min(kDepth, x_.k - start);
    const int64_t block = start / kBlockDepth * kBlockDepth, stride = x_.along ? x_.k : x_.free_size;
    const int64_t block_depths = std::min(kBlockDepth, x_.k - block);
    const int64_t group = task / depth_tasks() * kPanels;
    for (int64_t p = group; p < std::min(panels_, group + kPanels); ++p) {
      const int64_t column = first_ + p * x_.width, valid = std::min(x_.width, count_ - p * x_.width);
      const int64_t from = x_.along ? column * stride + start : start * stride + column;
      float* const panel = result_.panel(block, block_depths, p * x_.width);
      x_.pack(x_.data + from, stride, valid, depths, panel + (start - block) * x_.width);
    }
  }

 private:
  static constexpr int64_t kDepth = 64, kPanels = 16;  // of a task
  int64_t depth_tasks() const { return (x_.k + kDepth - 1) / kDepth; }

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
    const int64_t depths = std::min(kBlockDepth, k - depth);
    tiles.multiply(block.rows, block.columns, depths, a.panel(depth, depths, block.row),
                   b.panel(depth, depths, block.column), sums, stride, depth != 0);
  }
}

/// A stretch of a row of c or aux, of any type and layout.
struct Stretch {
  const Loops& loops;
  void* data;
  daybreak_dtype type;
  daybreak_layout layout;
  int64_t stride, row, column, count;

  void read(float* to) const {
    for_each_run(layout, stride, row, column, count, [&](int64_t place, int64_t from, int64_t run) {
      convert_in(loops, data, type, place, run, to + from);
    });
  }
  void write(const float* x) const {
    for_each_run(layout, stride, row, column, count, [&](int64_t place, int64_t from, int64_t run) {
      convert_out(loops, x + from, data, type, place, run);
    });
  }
};

/// The epilogue of a stretch whose values are alpha * sums + bias.
void apply_epilogue(const Loops& loops, daybreak_epilogue epilogue, const Stretch& aux, float* values, float* scratch) {
  if (epilogue == DAYBREAK_EPILOGUE_GELU) {
    if (aux.data) aux.write(values);
    if (aux.data && aux.type != DAYBREAK_F32) aux.read(values);
    loops.gelu(values, values, aux.count);
  } else if (epilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD) {
    aux.read(scratch);
    loops.gelu_backward(scratch, values, values, aux.count);
  }
}

/// A block of c whose product has an epilogue, an addend or a layout.
void write_rows(const Loops& loops, const Product& p, float* sums, const Block& block, float* scratch) {
  const daybreak_gemm& g = p.g;
  float* const old = scratch;
  float* const aux_values = scratch + p.block_columns;
  for (int64_t row = block.row; row < block.row + block.rows; ++row, sums += p.block_columns) {
    const Stretch c{loops, g.c, g.c_type, g.c_layout, g.n, row, block.column, block.columns};
    Stretch addend = c;
    if (g.addend) addend.data = const_cast<void*>(g.addend);  // which is read alone
    const Stretch aux{loops, g.aux, g.aux_type, g.aux_layout, g.n, row, block.column, block.columns};
    if (g.beta != 0) addend.read(old);  // before aux, which may be c, is written
    loops.finish_f32({1, block.columns, sums, 0, 0, g.alpha, 0, p.bias ? p.bias + block.column : nullptr}, sums);
    apply_epilogue(loops, g.epilogue, aux, sums, aux_values);
    if (g.beta != 0) loops.add_scaled(old, sums, g.beta, 1, block.columns);
    c.write(sums);
  }
}

/// c = epilogue(alpha * sums + bias) + beta * addend for one block of c; scratch has two rows of the block.
void write_block(const Loops& loops, const Product& p, float* sums, const Block& block, float* scratch) {
  if (p.g.epilogue || p.g.addend || p.g.c_layout) return write_rows(loops, p, sums, block, scratch);
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
    const Packing b(of_b, j, std::min(wide, g.n - j), device.packed_b);
    for (int64_t i = 0; i < g.m; i += tall) {
      const Block part{i, j, std::min(tall, g.m - i), std::min(wide, g.n - j)};
      const Packing a(of_a, i, part.rows, device.packed_a);
      const int64_t tasks_of_b = i == 0 ? b.tasks() : 0, tasks_of_a = j == 0 || tall < g.m ? a.tasks() : 0;
      device.threads.for_each(tasks_of_b + tasks_of_a, [&](int64_t task, unsigned) {
        task < tasks_of_b ? b.run(task) : a.run(task - tasks_of_b);
      });
      multiply_packed(device, p, part, a.result(), b.result());
    }
  }
}

void require_layouts(const daybreak_device& device, const daybreak_gemm& g) {
  const auto require_tiled = [&device](daybreak_layout layout, daybreak_dtype type, int64_t columns) {
    if (layout == DAYBREAK_TILED) require_layout(has_tiled(device, type, columns));
  };
  require_tiled(g.a_layout, g.a_type, g.transpose_a ? g.m : g.k);
  require_tiled(g.b_layout, g.b_type, g.transpose_b ? g.k : g.n);
  require_tiled(g.c_layout, g.c_type, g.n);
  if (g.epilogue && g.aux) require_tiled(g.aux_layout, g.aux_type, g.n);
  if (g.b_layout == DAYBREAK_PACKED_B)
    require_layout(is_bf16_product(device, g) && g.b_type == DAYBREAK_BF16 && g.compute == DAYBREAK_BF16);
}

}  // namespace

void Operations::gemm(daybreak_device& device, const daybreak_gemm& g) {
  if (g.m == 0 || g.n == 0) return;
  element_bytes(g.c_type);
  if (g.epilogue && g.aux) element_bytes(g.aux_type);
  require_layouts(device, g);
  if (is_bf16_product(device, g)) return multiply_bf16(device, g);
  const auto operand = [&](Scratch& scratch, const void* x, daybreak_dtype type, daybreak_layout layout, int64_t rows,
                           int64_t columns) {
    return static_cast<const float*>(as_row_major(device, scratch, x, type, layout, rows, columns, g.compute, DAYBREAK_F32));
  };
  const float* const a = operand(device.a, g.a, g.a_type, g.a_layout, g.transpose_a ? g.k : g.m, g.transpose_a ? g.m : g.k);
  const float* const b = operand(device.b, g.b, g.b_type, g.b_layout, g.transpose_b ? g.n : g.k, g.transpose_b ? g.k : g.n);
  const float* const bias =
      g.bias ? Input(device.loops, g.bias, g.bias_type).tile(0, g.n, device.bias.at_least(g.n)) : nullptr;
  multiply(device, {g, device.set.f32_tiles, a, b, bias, g.m * g.n <= 1 << 18 ? 64 : 256});
}

}  // namespace daybreak::kernels::cpu
