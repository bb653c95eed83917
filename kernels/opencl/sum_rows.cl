// Sums over rows in two steps, so that all sums run in an order of their own: first of ROWS_EACH rows each.
#include "element.clh"

/// partial[chunk, width] from x[rows, width].
KERNEL void sum_chunks(const long rows, const long width, OPERAND(X_TYPE, x), __global float* partial) {
  const long column = COLUMN(width), chunk = ROW(width);
  if (column >= width) return;
  const long end = min(rows, (chunk + 1) * ROWS_EACH);
  float sum = 0;
  for (long row = chunk * ROWS_EACH; row < end; ++row) sum += LOAD(X_TYPE, x, row * width + column);
  partial[chunk * width + column] = sum;
}

/// out[width] += the sum of partial[chunks, width].
KERNEL void add_chunks(const long chunks, const long width, __global const float* partial, const ulong partial_first,
                       RESULT(f32, out)) {
  const long column = get_global_id(0);
  if (column >= width) return;
  float sum = 0;
  for (long chunk = 0; chunk < chunks; ++chunk) sum += partial[partial_first + chunk * width + column];
  AT(out, column) += sum;
}
