// Products in bf16: operands that lie in panels are multiplied where they are; others are packed by the task that
// multiplies them, so that they go from one cache to the next and not through memory.
#include "kernels/cpu/gemm_bf16.h"

#include <algorithm>
#include <cstring>

#include "kernels/cpu/packing.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {
namespace {

constexpr int64_t kBlock = kTiledBlock;

/// How the output is cut into tasks and the depth into parts: by the shape alone, as is the order of each sum, so that
/// the bytes do not depend on the threads. The panels of a that a task needs for a part of the depth stay in the second
/// cache, those of b pass through the first one.
struct Cut {
  explicit Cut(const daybreak_gemm& g) : rows(even(g.m, kMostRows, 2 * kBlock)), depth(even(g.k, kMostDepth, kBlock)) {
    row_groups = groups(g.m, rows);
    columns = even(g.n, kMostColumns, kBlock);
    while (columns > kFewestColumns && row_groups * groups(g.n, columns) < kWantedTasks)
      columns = round_up(columns / 2, kBlock);
    column_groups = groups(g.n, columns);
    parts = std::max<int64_t>(1, groups(g.k, depth));
  }
  int64_t rows, depth, columns, row_groups, column_groups, parts;

 private:
  static constexpr int64_t kMostRows = 512, kMostDepth = 1024, kMostColumns = 384, kFewestColumns = 64, kWantedTasks = 8;
  static int64_t groups(int64_t size, int64_t each) { return (size + each - 1) / each; }
  /// Pieces of one size, none larger than `most`.
  static int64_t even(int64_t size, int64_t most, int64_t unit) {
    const int64_t pieces = std::max<int64_t>(1, groups(size, most));
    return std::max(unit, round_up((size + pieces - 1) / pieces, unit));
  }
};

/// What a task keeps for itself.
struct TaskMemory {
  float* sums;
  uint16_t* a;
  uint16_t* b[2];
};

class Bf16Product {
 public:
  Bf16Product(daybreak_device& device, const daybreak_gemm& g, const Bf16Operand& a, const Bf16Operand& b, const float* bias)
      : device_(device), tiles_(*device.set.bf16_tiles), g_(g), a_(a), b_(b), bias_(bias), cut_(g) {}

  void run() const {
    device_.threads.for_each(cut_.row_groups * cut_.column_groups, [this](int64_t task, unsigned worker) {
      const int64_t row = task % cut_.row_groups * cut_.rows, column = task / cut_.row_groups * cut_.columns;
      tiles_.begin();
      multiply_task(row, std::min(cut_.rows, g_.m - row), column, std::min(cut_.columns, g_.n - column), memory(worker));
      tiles_.end();
    });
  }

 private:
  TaskMemory memory(unsigned worker) const {
    const int64_t sums = cut_.parts > 1 ? cut_.rows * cut_.columns : 2 * kTiledBlockElements;
    const int64_t a = a_.ready ? 0 : cut_.rows * cut_.depth / 2, b = b_.ready ? 0 : kBlock * cut_.depth / 2;
    float* const memory = device_.of_worker[worker].at_least(sums + a + b);
    return {memory, reinterpret_cast<uint16_t*>(memory + sums), {reinterpret_cast<uint16_t*>(memory + sums + a), nullptr}};
  }

  void multiply_task(int64_t row, int64_t rows, int64_t column, int64_t columns, const TaskMemory& memory) const {
    const int64_t row_blocks = (rows + kBlock - 1) / kBlock;
    PanelProduct panel{};
    panel.row_blocks = row_blocks;
    for (int64_t part = 0; part < cut_.parts; ++part) {
      const int64_t start = part * cut_.depth, depths = std::min(cut_.depth, g_.k - start);
      panel.first = part == 0, panel.last = part + 1 == cut_.parts;
      panel.steps = (depths + kBlock - 1) / kBlock;
      panel.a_panel = a_.ready ? a_.panel_elements() : panel.steps * kTiledBlockElements;
      panel.a = a_.ready ? a_.panel(row, start) : memory.a;
      for (int64_t i = 0; !a_.ready && i < row_blocks; ++i)
        a_.pack_panel(row + i * kBlock, start, depths, memory.a + i * panel.a_panel);
      for (int64_t j = 0; j < columns; j += kBlock) {
        panel.b = b_.ready ? b_.panel(column + j, start) : memory.b[0];
        panel.next_b = b_.ready && j + kBlock < columns ? b_.panel(column + j + kBlock, start) : nullptr;
        if (!b_.ready) b_.pack_panel(column + j, start, depths, memory.b[0]);
        panel.sums = memory.sums + (cut_.parts > 1 ? j / kBlock * row_blocks * kTiledBlockElements : 0);
        const PanelEnd end = end_of(row, rows, column + j, std::min(kBlock, columns - j));
        panel.end = &end;
        tiles_.multiply(panel);
      }
    }
  }

  PanelEnd end_of(int64_t row, int64_t rows, int64_t column, int64_t columns) const {
    return {rows, columns, g_.alpha, g_.beta, bias_ + column, g_.epilogue,
            matrix(g_.c, g_.c_type, g_.c_layout, row, column), matrix(g_.aux, g_.aux_type, g_.aux_layout, row, column)};
  }
  BlockMatrix matrix(void* data, daybreak_dtype type, daybreak_layout layout, int64_t row, int64_t column) const {
    const bool bf16 = type == DAYBREAK_BF16;
    std::byte* const first =
        data ? static_cast<std::byte*>(data) + place_of(layout, g_.n, row, column) * (bf16 ? 2 : 4) : nullptr;
    return {first, bf16, layout == DAYBREAK_TILED ? kBlock : g_.n, kBlock * g_.n};
  }

  daybreak_device& device_;
  const Bf16Tiles& tiles_;
  const daybreak_gemm& g_;
  const Bf16Operand& a_;
  const Bf16Operand& b_;
  const float* bias_;
  const Cut cut_;
};

/// Types that are multiplied in bf16 where there are instructions for it: what they hold, bf16 holds exactly.
bool fits_bf16(daybreak_dtype type) {
  return type == DAYBREAK_BF16 || type == DAYBREAK_F8_E4M3 || type == DAYBREAK_F8_E5M2;
}

bool is_written_directly(daybreak_dtype type) {
  return type == DAYBREAK_F32 || type == DAYBREAK_BF16;
}

/// The operand as bf16: its buffer where that is of this type, else a row-major copy in `scratch`.
Bf16Operand operand(daybreak_device& device, Scratch& scratch, const void* buffer, daybreak_dtype type,
                    daybreak_layout layout, int64_t width, int64_t depth, bool along, daybreak_dtype compute) {
  if (type != DAYBREAK_BF16 || compute != DAYBREAK_BF16) {
    buffer = as_row_major(device, scratch, buffer, type, layout, along ? width : depth, along ? depth : width, compute,
                          DAYBREAK_BF16);
    layout = DAYBREAK_ROW_MAJOR;
  }
  return {static_cast<const uint16_t*>(buffer), layout, width, depth, along, nullptr, false};
}

}  // namespace

bool is_bf16_product(const daybreak_device& device, const daybreak_gemm& g) {
  return device.set.bf16_tiles && fits_bf16(g.compute) && is_written_directly(g.c_type) &&
         (!g.epilogue || !g.aux || is_written_directly(g.aux_type));
}

void multiply_bf16(daybreak_device& device, const daybreak_gemm& g) {
  const Bf16Tiles& tiles = *device.set.bf16_tiles;
  Bf16Operand a = operand(device, device.a, g.a, g.a_type, g.a_layout, g.m, g.k, !g.transpose_a, g.compute);
  a.pack = a.along ? tiles.a_along : tiles.a_across;
  a.ready = a.layout == DAYBREAK_TILED && a.along;
  Bf16Operand b = operand(device, device.b, g.b, g.b_type, g.b_layout, g.n, g.k, g.transpose_b != 0, g.compute);
  b.pack = b.along ? tiles.b_along : tiles.b_across;
  b.ready = b.layout == DAYBREAK_PACKED_B;
  const int64_t padded = round_up(g.n, kBlock);
  float* const bias = device.bias.at_least(padded);
  std::memset(bias, 0, static_cast<size_t>(padded) * sizeof(float));
  if (g.bias) convert_in(device.loops, g.bias, g.bias_type, 0, g.n, bias);
  Bf16Product(device, g, a, b, bias).run();
}

}  // namespace daybreak::kernels::cpu
