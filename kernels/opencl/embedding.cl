// FAULT: the bit of a token outside the vocabulary, whose rows are left out.
#include "element.clh"

/// POSITIONS: whether there is a position table.
KERNEL void embedding_forward(const long width, const long vocabulary, WORDS(token), const long context,
                              OPERAND(TABLE_TYPE, table), OPERAND(TABLE_TYPE, position_table), RESULT(OUT_TYPE, out),
                              __global volatile uint* faults) {
  const long column = COLUMN(width), t = ROW(width);
  if (column >= width) return;
  const uint id = AT(token, t);
  if (id >= vocabulary) {
    atomic_or(faults, FAULT);
    return;
  }
  float value = LOAD(TABLE_TYPE, table, id * width + column);
  if (POSITIONS) value += LOAD(TABLE_TYPE, position_table, t % context * width + column);
  STORE(OUT_TYPE, out, t * width + column, value);
}

/// links[tokens]: the next row of the same token, or `tokens`; links[tokens + t]: whether t is its first.
KERNEL void link_tokens(const long tokens, const long vocabulary, WORDS(token), __global int* links,
                        __global volatile uint* faults) {
  const long t = get_global_id(0);
  if (t >= tokens) return;
  const uint id = AT(token, t);
  long before = 0, next = t + 1;
  while (before < t && AT(token, before) != id) ++before;
  while (next < tokens && AT(token, next) != id) ++next;
  links[t] = next;
  links[tokens + t] = before == t && id < vocabulary;
  if (id >= vocabulary) atomic_or(faults, FAULT);
}

/// The first row of each token adds all of its rows, in their order.
KERNEL void add_to_table(const long tokens, const long width, WORDS(token), __global const int* links,
                         OPERAND(OUT_TYPE, out_gradient), RESULT(f32, table_gradient)) {
  const long column = COLUMN(width), t = ROW(width);
  if (column >= width || !links[tokens + t]) return;
  const long place = AT(token, t) * width + column;
  float sum = AT(table_gradient, place);
  for (long row = t; row < tokens; row = links[row]) sum += LOAD(OUT_TYPE, out_gradient, row * width + column);
  AT(table_gradient, place) = sum;
}

KERNEL void add_to_positions(const long tokens, const long width, const long context, OPERAND(OUT_TYPE, out_gradient),
                             RESULT(f32, position_gradient)) {
  const long column = COLUMN(width), position = ROW(width);
  if (column >= width) return;
  float sum = AT(position_gradient, position * width + column);
  for (long row = position; row < tokens; row += context) sum += LOAD(OUT_TYPE, out_gradient, row * width + column);
  AT(position_gradient, position * width + column) = sum;
}
