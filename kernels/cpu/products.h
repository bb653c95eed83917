#pragma once
// Products of packed operands: the register tiles of each instruction set, for operands of float32 and of bf16.
// gemm.cpp cuts a product into blocks, packs both operands into panels of one register tile's width and calls these.
#include <cstddef>
#include <cstdint>

namespace daybreak::kernels::cpu {

/// Packs `valid` vectors of `depths` elements, of which element l of vector j is x[j * stride + l] (along) or
/// x[l * stride + j] (across), into one panel. What is missing in the panel becomes 0.
using PackPanel = void (*)(const void* x, int64_t stride, int64_t valid, int64_t depths, void* panel);

struct ProductTiles {
  size_t element_bytes;   // of a packed operand: 4 float32, 2 bf16
  int64_t rows, columns;  // of the register tile: the widths of the panels of a and of b
  int64_t depth;          // a panel is a multiple of this deep
  PackPanel a_along, a_across, b_along, b_across;
  /// sums[rows, columns] (+)= a b in float32, the rows of sums `stride` apart. rows and columns are rounded up to whole
  /// tiles, `depths` to `depth`; the panels of a and of b lie one after the other.
  void (*multiply)(int64_t rows, int64_t columns, int64_t depths, const void* a, const void* b, float* sums,
                   int64_t stride, bool accumulate);
};

// Operands of float32.
namespace plain {
extern const ProductTiles kTiles;
}
namespace avx2 {
extern const ProductTiles kTiles;
}
namespace avx512 {
extern const ProductTiles kTiles;
}

// Operands of bf16, multiplied exactly and summed in float32. These instructions take subnormal numbers as 0.
namespace avx512bf16 {
extern const ProductTiles kTiles;
}
namespace amx {
extern const ProductTiles kTiles;
}

}  // namespace daybreak::kernels::cpu
