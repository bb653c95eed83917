// Products in float32: b is packed into panels, if it does not come in them; each task packs the rows of a that it
// multiplies, which stay in the second cache, while a panel of b stays in the first.
#include "kernels/cpu/gemm_f32.h"

#include <algorithm>
#include <cstring>

#include "kernels/cpu/packing.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

// The depth is summed in parts of kBlockDepth, whatever the tasks are: the bytes do not depend on the threads.
constexpr int64_t kBlockDepth = 256, kPackedElements = 1 << 22;

/// Operands are float32, rounded to the type that they are multiplied in, and row-major, or b is packed.
struct Product {
  const daybreak_gemm& g;
  const ProductTiles& tiles;
  const float* a;
  const float* b;
  const float* bias;
  int64_t block_rows, block_columns;  // of a task
};

/// b in panels of one register tile's width: for each kBlockDepth of k, all panels one after the other.
/// (Panels of the whole of k would lie a power of two apart and push each other out of the cache.)
struct Packed {
  const float* data;
  int64_t row;  // elements for one of k: the columns in whole panels
  int64_t place(int64_t depth, int64_t depths, int64_t column) const { return depth * row + column * depths; }
};

/// Packs columns [first, first + count) of b; what is missing in the last panel is 0.
void pack_columns(daybreak_device& device, const F32Operand& b, int64_t first, int64_t count, float* to) {
  constexpr int64_t kDepth = 64, kPanels = 16;  // of a task
  const ProductTiles& tiles = device.set.f32_tiles;
  const int64_t width = tiles.columns, panels = (count + width - 1) / width, stride = b.along ? b.depth : b.width;
  const int64_t depth_tasks = (b.depth + kDepth - 1) / kDepth, panel_tasks = (panels + kPanels - 1) / kPanels;
  const Packed packed{to, panels * width};
  device.threads.for_each(depth_tasks * panel_tasks, [&](int64_t task, unsigned) {
    const int64_t start = task % depth_tasks * kDepth, depths = std::min(kDepth, b.depth - start);
    const int64_t block = start / kBlockDepth * kBlockDepth, block_depths = std::min(kBlockDepth, b.depth - block);
    const int64_t group = task / depth_tasks * kPanels;
    for (int64_t p = group; p < std::min(panels, group + kPanels); ++p) {
      const int64_t column = first + p * width, valid = std::min(width, count - p * width);
      float* const panel = to + packed.place(block, block_depths, p * width) + (start - block) * width;
      b.along ? tiles.b_along(b.data + column * stride + start, stride, valid, depths, panel)
              : tiles.b_across(b.data + start * stride + column, stride, valid, depths, panel);
    }
  });
}

/// A task's block of the output.
struct Block {
  int64_t row, column, rows, columns;
};

/// The epilogue of a stretch of c and aux whose values are alpha * sums + bias.
void apply_epilogue(const Loops& loops, const daybreak_gemm& g, const Stretch& of_aux, float* values, float* scratch) {
  if (g.epilogue == DAYBREAK_EPILOGUE_GELU) {
    if (g.aux) convert_out(loops, values, g.aux, g.aux_type, of_aux);
    if (g.aux && g.aux_type != DAYBREAK_F32) convert_in(loops, g.aux, g.aux_type, of_aux, values);
    loops.gelu(values, values, of_aux.count);
  } else if (g.epilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD) {
    convert_in(loops, g.aux, g.aux_type, of_aux, scratch);
    loops.gelu_backward(scratch, values, values, of_aux.count);
  }
}

/// A block of c whose product has an epilogue, an addend or a layout.
void write_rows(const Loops& loops, const Product& p, float* sums, const Block& block, float* scratch) {
  const daybreak_gemm& g = p.g;
  float* const old = scratch;
  float* const aux_values = scratch + p.block_columns;
  for (int64_t row = block.row; row < block.row + block.rows; ++row, sums += p.block_columns) {
    const Stretch of_c{g.c_layout, g.n, row, block.column, block.columns};
    const Stretch of_aux{g.aux_layout, g.n, row, block.column, block.columns};
    // Before aux, which may be c, is written.
    if (g.beta != 0) convert_in(loops, g.addend ? g.addend : g.c, g.c_type, of_c, old);
    loops.finish_f32({1, block.columns, sums, 0, 0, g.alpha, 0, p.bias ? p.bias + block.column : nullptr}, sums);
    apply_epilogue(loops, g, of_aux, sums, aux_values);
    if (g.beta != 0) loops.add_scaled(old, sums, g.beta, 1, block.columns);
    convert_out(loops, sums, g.c, g.c_type, of_c);
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

/// What a task works with.
struct TaskMemory {
  float* sums;      // [block_rows rounded up, block_columns]
  float* rows;      // two of them
  float* a_panels;  // of the block's rows, for one part of the depth
};

/// One block of c. b holds the columns from `first_column` on. In the last part of the depth each panel of b is
/// followed by the end of its columns: what that writes has been fetched while the panel was multiplied.
void multiply_block(const Loops& loops, const Product& p, const Block& block, const Packed& b, int64_t first_column,
                    const TaskMemory& memory) {
  const daybreak_gemm& g = p.g;
  const ProductTiles& tiles = p.tiles;
  const int64_t stride = g.transpose_a ? g.m : g.k, width = p.block_columns;
  if (g.k == 0) {
    std::memset(memory.sums, 0, static_cast<size_t>(block.rows * width) * sizeof(float));
    return write_block(loops, p, memory.sums, block, memory.rows);
  }
  for (int64_t depth = 0; depth < g.k; depth += kBlockDepth) {
    const int64_t depths = std::min(kBlockDepth, g.k - depth);
    for (int64_t i = 0; i < block.rows; i += tiles.rows) {
      const int64_t row = block.row + i, valid = std::min(tiles.rows, block.rows - i);
      g.transpose_a ? tiles.a_across(p.a + depth * stride + row, stride, valid, depths, memory.a_panels + i * depths)
                    : tiles.a_along(p.a + row * stride + depth, stride, valid, depths, memory.a_panels + i * depths);
    }
    const bool last = depth + depths == g.k;
    const int64_t columns_each = last ? tiles.columns : block.columns;
    for (int64_t j = 0; j < block.columns; j += columns_each) {
      const Block part{block.row, block.column + j, block.rows, std::min(columns_each, block.columns - j)};
      const float* const c =
          last && g.c_type == DAYBREAK_F32 ? static_cast<const float*>(g.c) + part.row * g.n + part.column : nullptr;
      tiles.multiply(part.rows, part.columns, depths, memory.a_panels,
                     b.data + b.place(depth, depths, part.column - first_column), memory.sums + j, width, depth != 0, c,
                     g.n);
      if (last) write_block(loops, p, memory.sums + j, part, memory.rows);
    }
  }
}

/// All rows of the columns [first, first + count), which b holds.
void multiply_columns(daybreak_device& device, const Product& p, int64_t first, int64_t count, const Packed& b) {
  const int64_t row_blocks = (p.g.m + p.block_rows - 1) / p.block_rows;
  const int64_t column_blocks = (count + p.block_columns - 1) / p.block_columns;
  const int64_t rows = round_up(p.block_rows, p.tiles.rows), width = p.block_columns;
  device.threads.for_each(row_blocks * column_blocks, [&](int64_t task, unsigned worker) {
    Block block{task % row_blocks * p.block_rows, task / row_blocks * width, 0, 0};
    block.rows = std::min(p.block_rows, p.g.m - block.row);
    block.columns = std::min(width, count - block.column);
    block.column += first;
    float* const memory = device.of_worker[worker].at_least((rows + 2) * width + rows * kBlockDepth);
    multiply_block(device.loops, p, block, b, first, {memory, memory + rows * width, memory + (rows + 2) * width});
  });
}

/// How many columns of b are packed at once: all of them unless they are more than kPackedElements.
int64_t packed_columns(const daybreak_gemm& g, int64_t unit) {
  return std::min(round_up(g.n, unit), std::max(unit, kPackedElements / std::max<int64_t>(g.k, 1) / unit * unit));
}

void multiply(daybreak_device& device, const Product& p) {
  const daybreak_gemm& g = p.g;
  if (g.b_layout == DAYBREAK_PACKED_B)
    return multiply_columns(device, p, 0, g.n, {p.b, round_up(g.n, p.tiles.columns)});
  const F32Operand b{p.b, g.n, g.k, g.transpose_b != 0};
  const int64_t wide = packed_columns(g, p.block_columns);
  for (int64_t j = 0; j < g.n; j += wide) {
    const int64_t count = std::min(wide, g.n - j), row = round_up(count, p.tiles.columns);
    float* const packed = device.packed_b.at_least(row * g.k);
    pack_columns(device, b, j, count, packed);
    multiply_columns(device, p, j, count, {packed, row});
  }
}

/// At most `most`, in whole tiles, such that the threads have equally many blocks of rows.
int64_t rows_of_a_task(const daybreak_device& device, int64_t rows, int64_t most) {
  const int64_t blocks = round_up((rows + most - 1) / most, device.threads.count());
  return std::max(device.set.f32_tiles.rows, round_up((rows + blocks - 1) / blocks, device.set.f32_tiles.rows));
}

}  // namespace

int64_t packed_f32_elements(const daybreak_device& device, int64_t width, int64_t depth) {
  return round_up(width, device.set.f32_tiles.columns) * depth;
}

void pack_f32(daybreak_device& device, const F32Operand& b, float* packed) {
  pack_columns(device, b, 0, b.width, packed);
}

void multiply_f32(daybreak_device& device, const daybreak_gemm& g) {
  const auto operand = [&](Scratch& scratch, const void* x, daybreak_dtype type, daybreak_layout layout, int64_t rows,
                           int64_t columns) {
    if (layout == DAYBREAK_PACKED_B) return static_cast<const float*>(x);
    return static_cast<const float*>(
        as_row_major(device, scratch, x, type, layout, rows, columns, g.compute, DAYBREAK_F32));
  };
  const float* const a =
      operand(device.a, g.a, g.a_type, g.a_layout, g.transpose_a ? g.k : g.m, g.transpose_a ? g.m : g.k);
  const float* const b =
      operand(device.b, g.b, g.b_type, g.b_layout, g.transpose_b ? g.n : g.k, g.transpose_b ? g.k : g.n);
  const float* const bias =
      g.bias ? Input(device.loops, g.bias, g.bias_type).tile(0, g.n, device.bias.at_least(g.n)) : nullptr;
  const bool small = g.m * g.n <= 1 << 18;
  multiply(device,
           {g, device.set.f32_tiles, a, b, bias, rows_of_a_task(device, g.m, small ? 96 : 264), small ? 64 : 768});
}

}  // namespace daybreak::kernels::cpu
