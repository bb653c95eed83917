#pragma once
// Products of packed operands: the register tiles of each instruction set, for operands of float32 and of bf16.
// gemm_f32.cpp and gemm_bf16.cpp cut a product into tasks, pack what is not packed and call these.
#include <cstddef>
#include <cstdint>

#include "kernels/cpu/loops.h"
#include "kernels/device.h"

namespace daybreak::kernels::cpu {

/// Packs `valid` vectors of `depths` elements, of which element l of vector j is x[j * stride + l] (along) or
/// x[l * stride + j] (across), into one panel. What is missing in the panel becomes 0.
using PackPanel = void (*)(const void* x, int64_t stride, int64_t valid, int64_t depths, void* panel);

/// Panels of a times panels of b, over a part of the depth: sums[rows, columns] (+)= a b, rounded up to whole tiles. The
/// panels lie one after the other.
struct PanelsF32 {
  int64_t rows, columns, depths;
  const float *a, *b;
  float* sums;
  int64_t sums_stride;
  bool accumulate;
  const BlockEnd* end;  // of the last part, where it is the only end of c; or NULL: c is written after this call
  const float* beside;  // what the end reads and, without one, what is needed with c; fetched like c
  float* c;             // float32, its rows and those of `beside` c_stride apart; or both NULL
  int64_t c_stride;
};

/// Operands of float32.
struct ProductTiles {
  int64_t rows, columns;  // of the register tile: the widths of the panels of a and of b
  PackPanel a_along, a_across, b_along, b_across;
  void (*multiply)(const PanelsF32& panels);
};

namespace plain {
extern const ProductTiles kTiles;
}
namespace avx2 {
extern const ProductTiles kTiles;
}
namespace avx512 {
extern const ProductTiles kTiles;
}

/// A matrix that a product writes or reads in blocks of 32 rows and 32 columns.
struct BlockMatrix {
  std::byte* data;         // the first element of a panel's part; NULL: there is no such matrix
  bool bf16;               // or float32
  int64_t row, row_block;  // elements from one row, and from one block of rows, to the next
};

/// What becomes of the sums of one panel of b: c = epilogue(alpha * sums + bias) + beta * addend.
struct PanelEnd {
  int64_t rows, columns;  // that there are, columns at most 32
  float alpha, beta;
  const float* bias;  // [32]
  daybreak_epilogue epilogue;
  BlockMatrix c, aux, addend;
};

/// What a panel of bf16 is packed from: element l of vector j lies at x[j * stride + l] (along) or x[l * stride + j].
/// There are `valid` vectors of `depths` elements; what is missing in the panel becomes 0.
struct PanelSource {
  const uint16_t* x;
  int64_t stride, step;  // elements from one row of the buffer, and from 32 of the depth, to the next
  int64_t valid, depths;
  bool along;
};

/// One panel of b times the panels of a of a task, over a part of the depth.
struct PanelProduct {
  int64_t row_blocks, steps;  // of 32 rows, of 32 of the depth
  const uint16_t* a;
  int64_t a_panel;  // elements from one panel of a to the next
  const uint16_t* b;
  // Meanwhile the next panel of b is fetched into the second cache, or packed: both NULL where there is none.
  const uint16_t* next_b;
  const PanelSource* next_source;
  uint16_t* next_panel;
  float* sums;          // [row_blocks, 32, 32]; of a product of one part [2, 32, 32]
  bool first, last;     // of the parts
  const PanelEnd* end;  // of the last part
};

/// Operands of bf16, multiplied exactly and summed in float32. These instructions take subnormal numbers as 0.
/// A panel is 32 wide and, for each 32 of the depth, 2 KiB long; panels of a are what TILED holds.
struct Bf16Tiles {
  void (*pack_a)(const PanelSource& source, uint16_t* panel);
  void (*pack_b)(const PanelSource& source, uint16_t* panel);
  void (*begin)();  // around the products of a task
  void (*multiply)(const PanelProduct& product);
  void (*end)();
  int64_t (*spin)(int64_t rounds);  // multiplies registers alone; the number of operations
};

namespace avx512bf16 {
extern const Bf16Tiles kTiles;
}
namespace amx {
extern const Bf16Tiles kTiles;
}

}  // namespace daybreak::kernels::cpu
