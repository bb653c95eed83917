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

/// How the output is cut into tasks and the depth into parts. The order of each sum follows from the parts and from
/// whether a block of rows is even or odd, thus from the shape alone; the tasks may depend on the threads.
/// The panels of a that a task needs for a part of the depth stay in the second cache, as do its sums where there are
/// several parts; those of b pass through the first one.
class Cut {
 public:
  Cut(const daybreak_gemm& g, int64_t threads) : depth(even(g.k, g.k <= kOnePart ? kOnePart : kMostDepth, kBlock)) {
    parts = std::max<int64_t>(1, groups(g.k, depth));
    rows = even(g.m, parts == 1 ? kMostRows : kMostRows / 2, kRowUnit);
    columns = even(g.n, kMostColumns, kBlock);
    const auto tasks = [&] { return groups(g.m, rows) * groups(g.n, columns); };
    while (tasks() < 2 * threads && columns > 2 * kBlock) columns = round_up(columns / 2, kBlock);
    while (tasks() < 2 * threads && rows > kRowUnit) rows = round_up(rows / 2, kRowUnit);
    column_groups = groups(g.n, columns);
  }
  int64_t depth, parts, rows, columns, column_groups;

 private:
  static constexpr int64_t kOnePart = 1024, kMostDepth = 768, kMostRows = 512, kMostColumns = 768,
                           kRowUnit = 2 * kBlock;
  static int64_t groups(int64_t size, int64_t each) { return (size + each - 1) / each; }
  /// Pieces of one size, none larger than `most`.
  static int64_t even(int64_t size, int64_t most, int64_t unit) {
    return std::max(unit, round_up(groups(size, std::max<int64_t>(1, groups(size, most))), unit));
  }
};

/// What a task keeps for itself.
struct TaskMemory {
  float* sums;
  uint16_t* b[2];  // panels
};

class Bf16Product {
 public:
  Bf16Product(daybreak_device& device, const daybreak_gemm& g, const Bf16Operand& a, const Bf16Operand& b,
              const float* bias)
      : device_(device),
        tiles_(*device.set.bf16_tiles),
        g_(g),
        a_(a),
        b_(b),
        bias_(bias),
        cut_(g, device.threads.count()) {}

  void run() {
    if (a_.ready) return multiply_rows(a_, 0, g_.m);
    const int64_t most = std::max(cut_.rows, kPackedElements / std::max<int64_t>(g_.k, 1) / cut_.rows * cut_.rows);
    for (int64_t row = 0; row < g_.m; row += most) {
      const int64_t rows = std::min(most, g_.m - row);
      multiply_rows(packed(row, rows), row, rows);
    }
  }

 private:
  static constexpr int64_t kPackedElements = 1 << 22;  // of a, at once

  /// Rows of a in panels.
  Bf16Operand packed(int64_t row, int64_t rows) {
    const int64_t panels = (rows + kBlock - 1) / kBlock, each = a_.panel_elements();
    auto* const memory =
        reinterpret_cast<uint16_t*>(device_.packed_a.bytes_at_least(static_cast<size_t>(panels * each) * 2));
    device_.threads.for_each(panels, [&](int64_t task, unsigned) {
      tiles_.pack_a(a_.source(row + task * kBlock, 0, g_.k), memory + task * each);
    });
    return {memory, DAYBREAK_TILED, rows, g_.k, true, true};
  }

  /// Rows [first, first + count) of the product, which are those of `a`.
  void multiply_rows(const Bf16Operand& a, int64_t first, int64_t count) {
    const int64_t row_groups = (count + cut_.rows - 1) / cut_.rows;
    device_.threads.for_each(row_groups * cut_.column_groups, [&](int64_t task, unsigned worker) {
      const int64_t row = task % row_groups * cut_.rows, column = task / row_groups * cut_.columns;
      tiles_.begin();
      multiply_task(a, row, first, std::min(cut_.rows, count - row), column, std::min(cut_.columns, g_.n - column),
                    memory(worker));
      tiles_.end();
    });
  }

  TaskMemory memory(unsigned worker) const {
    const int64_t sums = cut_.parts > 1 ? cut_.rows * cut_.columns : 2 * kTiledBlockElements;
    const int64_t panel = b_.ready ? 0 : kBlock * cut_.depth / 2;  // floats
    float* const memory = device_.of_worker[worker].at_least(sums + 2 * panel);
    float* const panels = memory + sums;
    return {memory, {reinterpret_cast<uint16_t*>(panels), reinterpret_cast<uint16_t*>(panels + panel)}};
  }

  /// Rows [row, row + rows) of a, which are rows first + row and so on of the product.
  void multiply_task(const Bf16Operand& a, int64_t row, int64_t first, int64_t rows, int64_t column, int64_t columns,
                     const TaskMemory& memory) const {
    PanelProduct panel{};
    panel.row_blocks = (rows + kBlock - 1) / kBlock;
    panel.a_panel = a.panel_elements();
    for (int64_t part = 0; part < cut_.parts; ++part) {
      const int64_t start = part * cut_.depth, depths = std::min(cut_.depth, g_.k - start);
      panel.first = part == 0, panel.last = part + 1 == cut_.parts;
      panel.steps = (depths + kBlock - 1) / kBlock;
      panel.a = a.panel(row, start);
      if (!b_.ready) tiles_.pack_b(b_.source(column, start, depths), memory.b[0]);
      for (int64_t j = 0; j < columns; j += kBlock) {
        const int64_t next = column + j + kBlock;
        const bool has_next = j + kBlock < columns;
        panel.b = b_.ready ? b_.panel(column + j, start) : memory.b[j / kBlock % 2];
        panel.next_b = b_.ready && has_next ? b_.panel(next, start) : nullptr;
        const PanelSource source = !b_.ready && has_next ? b_.source(next, start, depths) : PanelSource{};
        panel.next_source = source.x ? &source : nullptr;
        panel.next_panel = memory.b[(j / kBlock + 1) % 2];
        panel.sums = memory.sums + (cut_.parts > 1 ? j / kBlock * panel.row_blocks * kTiledBlockElements : 0);
        const PanelEnd end = end_of(first + row, rows, column + j, std::min(kBlock, columns - j));
        panel.end = &end;
        tiles_.multiply(panel);
      }
    }
  }

  PanelEnd end_of(int64_t row, int64_t rows, int64_t column, int64_t columns) const {
    return {rows, columns, g_.alpha, g_.beta, bias_ + column, g_.epilogue,
            matrix(g_.c, g_.c_type, g_.c_layout, row, column), matrix(g_.aux, g_.aux_type, g_.aux_layout, row, column),
            matrix(g_.addend ? const_cast<void*>(g_.addend) : g_.c, g_.c_type, g_.c_layout, row, column)};
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
  return {static_cast<const uint16_t*>(buffer), layout, width, depth, along, false};
}

}  // namespace

bool is_bf16_product(const daybreak_device& device, const daybreak_gemm& g) {
  return device.set.bf16_tiles && fits_bf16(g.compute) && is_written_directly(g.c_type) &&
         (!g.epilogue || !g.aux || is_written_directly(g.aux_type));
}

void multiply_bf16(daybreak_device& device, const daybreak_gemm& g) {
  Bf16Operand a = operand(device, device.a, g.a, g.a_type, g.a_layout, g.m, g.k, !g.transpose_a, g.compute);
  a.ready = a.layout == DAYBREAK_TILED && a.along;
  Bf16Operand b = operand(device, device.b, g.b, g.b_type, g.b_layout, g.n, g.k, g.transpose_b != 0, g.compute);
  b.ready = b.layout == DAYBREAK_PACKED_B;
  const int64_t padded = round_up(g.n, kBlock);
  float* const bias = device.bias.at_least(padded);
  std::memset(bias, 0, static_cast<size_t>(padded) * sizeof(float));
  if (g.bias) convert_in(device.loops, g.bias, g.bias_type, 0, g.n, bias);
  Bf16Product(device, g, a, b, bias).run();
}

}  // namespace daybreak::kernels::cpu
