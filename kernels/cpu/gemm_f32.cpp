// Products in float32: b is packed into panels, if it does not come in them; each task packs the rows of a that it
// multiplies, which stay in the second cache, while a panel of b stays in the first.
#include "kernels/cpu/gemm_f32.h"

#include <algorithm>

#include "kernels/cpu/packing.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

constexpr int64_t kMostDepth = 1024, kPackDepth = 64, kPackRows = 16, kPackedElements = 1 << 22;

/// The depth is summed in parts of as many, whatever the tasks are: the bytes do not depend on the threads.
int64_t part_of_depth(int64_t depth) {
  const int64_t parts = std::max<int64_t>(1, (depth + kMostDepth - 1) / kMostDepth);
  return round_up(std::max<int64_t>(1, (depth + parts - 1) / parts), kPackDepth);
}

/// Operands are float32, rounded to the type that they are multiplied in, and row-major, or b is packed.
struct Product {
  const daybreak_gemm& g;
  const ProductTiles& tiles;
  const float* a;
  const float* b;
  const float* bias;
  int64_t row_blocks, block_columns;  // of tasks

  int64_t row_tiles() const { return (g.m + tiles.rows - 1) / tiles.rows; }
  /// The first row of a block: tiles are shared out evenly.
  int64_t first_row(int64_t block) const { return std::min(g.m, block * row_tiles() / row_blocks * tiles.rows); }
  int64_t most_rows() const { return (row_tiles() + row_blocks - 1) / row_blocks * tiles.rows; }
  /// Of a task's sums: a product of one part of the depth is finished panel by panel.
  int64_t sums_stride() const { return part_of_depth(g.k) < g.k ? block_columns : tiles.columns; }
};

/// b in panels of one register tile's width: for each part of the depth, all panels one after the other.
struct Packed {
  const float* data;
  int64_t row;  // elements for one of k: the columns in whole panels
  int64_t place(int64_t depth, int64_t depths, int64_t column) const { return depth * row + column * depths; }
};

/// Packs columns [first, first + count) of b; what is missing in the last panel is 0. Tasks follow the rows of its
/// buffer: runs of memory are what processors fetch ahead.
void pack_columns(daybreak_device& device, const F32Operand& b, int64_t first, int64_t count, float* to) {
  const ProductTiles& tiles = device.set.f32_tiles;
  const int64_t width = tiles.columns, panels = (count + width - 1) / width, stride = b.along ? b.depth : b.width;
  const int64_t part = part_of_depth(b.depth);
  const int64_t task_depth = b.along ? part : kPackDepth, task_panels = b.along ? 1 : 8;
  const int64_t depth_tasks = (b.depth + task_depth - 1) / task_depth;
  const int64_t panel_tasks = (panels + task_panels - 1) / task_panels;
  const Packed packed{to, panels * width};
  device.threads.for_each(depth_tasks * panel_tasks, [&](int64_t task, unsigned) {
    const int64_t task_start = task % depth_tasks * task_depth, task_stop = std::min(task_start + task_depth, b.depth);
    const int64_t block = task_start / part * part, block_depths = std::min(part, b.depth - block);
    const int64_t group = task / depth_tasks * task_panels;
    const int64_t step = b.along ? task_depth : kPackRows;
    for (int64_t start = task_start; start < task_stop; start += step)
      for (int64_t p = group; p < std::min(panels, group + task_panels); ++p) {
        const int64_t column = first + p * width, valid = std::min(width, count - p * width);
        const int64_t depths = std::min(step, task_stop - start);
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

/// A stretch of a row of c or aux, of any type and layout.
struct Values {
  const Loops& loops;
  void* data;
  daybreak_dtype type;
  Stretch at;

  /// Where they are or may be computed: in place, for float32 is row-major, or in `other`.
  float* place(float* other) const {
    return type == DAYBREAK_F32 ? static_cast<float*>(data) + at.row * at.stride + at.column : other;
  }
  void copy(float* to) const { convert_in(loops, data, type, at, to); }
  /// Of what was not computed in place.
  void write(const float* x) const {
    if (type != DAYBREAK_F32) convert_out(loops, x, data, type, at);
  }
};

/// The epilogue of a stretch whose values are alpha * sums + bias, and at the place of aux if it is what keeps them.
void apply_epilogue(const Loops& loops, daybreak_epilogue epilogue, const Values& aux, float* values, float* out,
                    float* scratch) {
  if (epilogue == DAYBREAK_EPILOGUE_GELU) {
    if (aux.data) aux.write(values);
    if (aux.data && aux.type != DAYBREAK_F32) aux.copy(values);
    loops.gelu(values, out, aux.at.count);
  } else if (epilogue == DAYBREAK_EPILOGUE_GELU_BACKWARD) {
    if (aux.type != DAYBREAK_F32) aux.copy(scratch);
    loops.gelu_backward(aux.place(scratch), values, out, aux.at.count);
  }
}

/// A panel's part of c whose product has an epilogue or a layout, or whose type has no loop of its own.
void write_rows(const Loops& loops, const Product& p, float* sums, const Block& block, float* scratch) {
  const daybreak_gemm& g = p.g;
  float* const old = scratch;
  float* const aux_values = scratch + p.tiles.columns;
  const int64_t stride = p.sums_stride();
  for (int64_t row = block.row; row < block.row + block.rows; ++row, sums += stride) {
    const Values c{loops, g.c, g.c_type, {g.c_layout, g.n, row, block.column, block.columns}};
    Values addend = c;
    if (g.addend) addend.data = const_cast<void*>(g.addend);  // which is read alone
    const Values aux{loops, g.aux, g.aux_type, {g.aux_layout, g.n, row, block.column, block.columns}};
    if (g.beta != 0) addend.copy(old);  // before aux, which may be c, is written
    float* const values = g.epilogue == DAYBREAK_EPILOGUE_GELU && g.aux ? aux.place(sums) : sums;
    float* const out = c.place(sums);
    loops.finish_f32({1, block.columns, sums, 0, 0, g.alpha, 0, p.bias ? p.bias + block.column : nullptr}, nullptr,
                     values);
    apply_epilogue(loops, g.epilogue, aux, values, out, aux_values);
    if (g.beta != 0) loops.add_scaled(old, out, g.beta, 1, block.columns);
    c.write(out);
  }
}

/// What becomes of the sums of a block whose c has no epilogue and no layout.
BlockEnd end_of(const Product& p, const float* sums, const Block& block) {
  return {block.rows, block.columns, sums,     p.sums_stride(),
          p.g.n,      p.g.alpha,     p.g.beta, p.bias ? p.bias + block.column : nullptr};
}

/// c = epilogue(alpha * sums + bias) + beta * addend for the columns of one panel; scratch has two rows of them.
void write_block(const Loops& loops, const Product& p, float* sums, const Block& block, float* scratch) {
  if (p.g.epilogue || p.g.c_layout || p.g.c_type != DAYBREAK_BF16) return write_rows(loops, p, sums, block, scratch);
  const int64_t first = block.row * p.g.n + block.column;
  const void* const old = p.g.addend ? p.g.addend : p.g.c;
  loops.finish_bf16(end_of(p, sums, block), static_cast<const uint16_t*>(old) + first,
                    static_cast<uint16_t*>(p.g.c) + first);
}

/// What a task works with.
struct TaskMemory {
  float* sums;      // [most_rows, sums_stride]
  float* rows;      // two of a panel's
  float* a_panels;  // of the block's rows, for one part of the depth
};

/// What lies like c, which is float32, and is read or written at its end.
const float* beside_c(const daybreak_gemm& g) {
  const void* const aux = g.epilogue && g.aux_type == DAYBREAK_F32 ? g.aux : nullptr;
  return static_cast<const float*>(aux ? aux : g.addend ? g.addend : g.c);
}

/// One block of c. b holds the columns from `first_column` on. In the last part of the depth each panel of b is
/// followed by the end of its columns: what that writes has been fetched while the panel was multiplied.
void multiply_block(const Loops& loops, const Product& p, const Block& block, const Packed& b, int64_t first_column,
                    const TaskMemory& memory) {
  const daybreak_gemm& g = p.g;
  const ProductTiles& tiles = p.tiles;
  const int64_t stride = g.transpose_a ? g.m : g.k, part_depth = part_of_depth(g.k), sums_stride = p.sums_stride();
  // Of depth 0 there is one part too: its sums are 0.
  for (int64_t depth = 0; depth == 0 || depth < g.k; depth += part_depth) {
    const int64_t depths = std::min(part_depth, g.k - depth);
    const int64_t step = g.transpose_a ? kPackRows : depths;
    for (int64_t l = 0; l < depths; l += step)
      for (int64_t i = 0; i < block.rows; i += tiles.rows) {
        const int64_t row = block.row + i, valid = std::min(tiles.rows, block.rows - i);
        const int64_t count = std::min(step, depths - l);
        float* const panel = memory.a_panels + i * depths + l * tiles.rows;
        g.transpose_a ? tiles.a_across(p.a + (depth + l) * stride + row, stride, valid, count, panel)
                      : tiles.a_along(p.a + row * stride + depth, stride, valid, depths, panel);
      }
    const bool last = depth + depths == g.k, fetches = last && g.c_type == DAYBREAK_F32 && !g.c_layout;
    const bool writes = fetches && !g.epilogue;  // no sums in between
    const int64_t columns_each = last ? tiles.columns : block.columns;
    for (int64_t j = 0; j < block.columns; j += columns_each) {
      float* const sums = memory.sums + (part_depth < g.k ? j : 0);
      const Block part{block.row, block.column + j, block.rows, std::min(columns_each, block.columns - j)};
      const int64_t first = part.row * g.n + part.column;
      const BlockEnd end = end_of(p, sums, part);
      tiles.multiply({part.rows, part.columns, depths, memory.a_panels,
                      b.data + b.place(depth, depths, part.column - first_column), sums, sums_stride, depth != 0,
                      writes ? &end : nullptr,
                      fetches ? beside_c(g) + first : nullptr,
                      fetches ? static_cast<float*>(g.c) + first : nullptr, g.n});
      if (last && !writes) write_block(loops, p, sums, part, memory.rows);
    }
  }
}

/// All rows of the columns [first, first + count), which b holds.
void multiply_columns(daybreak_device& device, const Product& p, int64_t first, int64_t count, const Packed& b) {
  const int64_t column_blocks = (count + p.block_columns - 1) / p.block_columns;
  const int64_t sums = p.most_rows() * p.sums_stride(), rows = 2 * p.tiles.columns;
  device.threads.for_each(p.row_blocks * column_blocks, [&](int64_t task, unsigned worker) {
    const int64_t row = p.first_row(task % p.row_blocks), column = task / p.row_blocks * p.block_columns;
    const Block block{row, first + column, p.first_row(task % p.row_blocks + 1) - row,
                      std::min(p.block_columns, count - column)};
    float* const memory = device.of_worker[worker].at_least(sums + rows + p.most_rows() * part_of_depth(p.g.k));
    multiply_block(device.loops, p, block, b, first, {memory, memory + sums, memory + sums + rows});
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

/// Cuts the output into tasks. The sums of a product of several parts stay in the second cache; one of one part packs
/// its rows of a once for all columns, unless there are too few rows for all threads.
void cut(const daybreak_device& device, Product& p) {
  constexpr int64_t kSmall = 1 << 18, kTasksEach = 4;
  const daybreak_gemm& g = p.g;
  const bool small = g.m * g.n <= kSmall;
  const int64_t most_rows = small ? 96 : 144, most_columns = small ? 64 : part_of_depth(g.k) < g.k ? 768 : g.n;
  const int64_t threads = device.threads.count();
  p.row_blocks = std::min(p.row_tiles(), round_up((g.m + most_rows - 1) / most_rows, threads));
  const int64_t column_blocks = (kTasksEach * threads + p.row_blocks - 1) / p.row_blocks;
  const int64_t columns = std::max(4 * p.tiles.columns, (g.n + column_blocks - 1) / column_blocks);
  p.block_columns = round_up(std::min(most_columns, columns), p.tiles.columns);
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
  Product p{g, device.set.f32_tiles, a, b, bias, 0, 0};
  cut(device, p);
  multiply(device, p);
}

}  // namespace daybreak::kernels::cpu
