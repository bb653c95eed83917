// c = epilogue(alpha * op(a) op(b) + bias) + beta * addend. A group computes a tile of c from tiles of a and b in local
// memory, an item SIDE x SIDE of its elements. A_ROUND, B_ROUND: what operands are rounded to; f32 leaves them.
#include "element.clh"
#include "any_element.clh"
#include "gelu.clh"

#define SIDE 8
#define TILE 64
#define DEPTH 16

// The three epilogues, numbered as daybreak_epilogue.
#define GELU 1
#define GELU_BACKWARD 2

#define END_OPERANDS                                                                                            \
  ANY_RESULT(c), ANY_OPERAND(bias), ANY_RESULT(aux), ANY_OPERAND(addend), const float alpha, const float beta, \
      const int has_bias, const int epilogue, const int has_aux

/// What becomes of a sum of products; the addend is read before aux, which may be c, is written.
#define WRITE(sum, place, column)                                                       \
  {                                                                                     \
    const ulong at_place = place;                                                       \
    float value = alpha * (sum) + (has_bias ? LOAD_ANY(bias, column) : 0);              \
    const float old = beta != 0 ? beta * LOAD_ANY(addend, at_place) : 0;                \
    if (epilogue == GELU) {                                                             \
      if (has_aux) STORE_ANY(aux, at_place, value);                                     \
      value = gelu_of(has_aux ? LOAD_ANY(aux, at_place) : value);                       \
    }                                                                                   \
    if (epilogue == GELU_BACKWARD) value *= gelu_slope(LOAD_ANY(aux, at_place));        \
    STORE_ANY(c, at_place, beta != 0 ? value + old : value);                            \
  }

// How operands are scaled, numbered as daybreak_scaling; A_SCALING and B_SCALING are one of them.
#define ROWS 1
#define BLOCKS 2
#define SCALE_OF(scaling, name, rows, row, depth)                                                                      \
  ((scaling) == ROWS ? AT(name##_scales, (depth) / GROUP * (rows) + (row))                                             \
   : (scaling) == BLOCKS ? AT(name##_scales, (row) / GROUP * (((k + GROUP - 1) / GROUP + 3) / 4 * 4) + (depth) / GROUP) \
                         : 1)

// What an item moves into a tile at once: this many elements that follow each other in memory.
#define RUN 4
#define RUNS (TILE * DEPTH / RUN / ITEMS)

// A run of op(a) into tile[DEPTH][TILE]; `inside` says which of its elements there are, the others are 0.
#define MOVE_RUN(type, rounded, scaling, name, transposed, rows, inside)                                              \
  for (int j = 0; j < RUN; ++j)                                                                                       \
    tile[transposed ? d * TILE + r + j : (d + j) * TILE + r] =                                                        \
        inside ? ROUND(rounded, LOAD(type, name, place + j)) *                                                        \
                     SCALE_OF(scaling, name, rows, at_row + (transposed ? j : 0), at_depth + (transposed ? 0 : j))    \
               : 0;

/// Rows of op(a) from `row` on, from depth `first` on. Neighboring items read neighboring runs; most tiles are whole.
#define FETCH(type, rounded, scaling, name, transposed, rows, row, first, to_tile)                                    \
  {                                                                                                                   \
    __local float* const tile = to_tile;                                                                              \
    const bool whole = row + TILE <= rows && first + DEPTH <= k;                                                      \
    for (int run = 0; run < RUNS; ++run) {                                                                            \
      const int along = transposed ? TILE : DEPTH, e = (run * ITEMS + (int)get_local_id(0)) * RUN;                    \
      const int d = transposed ? e / along : e % along, r = transposed ? e % along : e / along;                       \
      const long at_row = row + r, at_depth = first + d, inner = transposed ? at_row : at_depth;                      \
      const long inner_end = transposed ? rows : k;                                                                   \
      const bool there = transposed ? at_depth < k : at_row < rows;                                                   \
      const ulong place = transposed ? at_depth * rows + at_row : at_row * k + at_depth;                              \
      if (whole)                                                                                                      \
        MOVE_RUN(type, rounded, scaling, name, transposed, rows, true)                                                \
      else                                                                                                            \
        MOVE_RUN(type, rounded, scaling, name, transposed, rows, there && inner + j < inner_end)                      \
    }                                                                                                                 \
  }

KERNEL void multiply(const long m, const long n, const long k, OPERAND(A_TYPE, a), OPERAND(B_TYPE, b),
                     OPERAND(f32, a_scales), OPERAND(f32, b_scales), END_OPERANDS) {
  __local float a_tile[DEPTH * TILE] __attribute__((aligned(32)));
  __local float b_tile[DEPTH * TILE] __attribute__((aligned(32)));
  const int item = get_local_id(0), my_row = item / SIDE * SIDE, my_column = item % SIDE * SIDE;
  const long across = (n + TILE - 1) / TILE;
  const long row = get_group_id(0) / across * TILE, column = get_group_id(0) % across * TILE;
  float8 s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;  // an array would be kept in memory
  for (long first = 0; first < k; first += DEPTH) {
    barrier(CLK_LOCAL_MEM_FENCE);
    FETCH(A_TYPE, A_ROUND, A_SCALING, a, TRANSPOSE_A, m, row, first, a_tile)
    FETCH(B_TYPE, B_ROUND, B_SCALING, b, (!TRANSPOSE_B), n, column, first, b_tile)
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int d = 0; d < DEPTH; ++d) {
      const float8 of_b = vload8(0, &b_tile[d * TILE + my_column]), of_a = vload8(0, &a_tile[d * TILE + my_row]);
      s0 = multiply_add((float8)of_a.s0, of_b, s0);
      s1 = multiply_add((float8)of_a.s1, of_b, s1);
      s2 = multiply_add((float8)of_a.s2, of_b, s2);
      s3 = multiply_add((float8)of_a.s3, of_b, s3);
      s4 = multiply_add((float8)of_a.s4, of_b, s4);
      s5 = multiply_add((float8)of_a.s5, of_b, s5);
      s6 = multiply_add((float8)of_a.s6, of_b, s6);
      s7 = multiply_add((float8)of_a.s7, of_b, s7);
    }
  }
  float sums[SIDE * SIDE];
  vstore8(s0, 0, sums), vstore8(s1, 1, sums), vstore8(s2, 2, sums), vstore8(s3, 3, sums);
  vstore8(s4, 4, sums), vstore8(s5, 5, sums), vstore8(s6, 6, sums), vstore8(s7, 7, sums);
  for (int i = 0; i < SIDE && row + my_row + i < m; ++i)
    for (int j = 0; j < SIDE && column + my_column + j < n; ++j)
      WRITE(sums[i * SIDE + j], (row + my_row + i) * n + column + my_column + j, column + my_column + j)
}

/// The end of a product that another library has multiplied.
KERNEL void finish(const long count, const long n, __global const float* product, END_OPERANDS) {
  const long i = get_global_id(0);
  if (i < count) WRITE(product[i], i, i % n)
}
