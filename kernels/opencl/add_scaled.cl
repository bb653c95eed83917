// y = scale_x * x + scale_y * y; READS_Y: whether scale_y is not 0.
#include "element.clh"

KERNEL void add_scaled(const long count, OPERAND(X_TYPE, x), RESULT(Y_TYPE, y), const float scale_x, const float scale_y) {
  const long i = get_global_id(0);
  if (i >= count) return;
  float value = scale_x * LOAD(X_TYPE, x, i);
  if (READS_Y) value += scale_y * LOAD(Y_TYPE, y, i);
  STORE(Y_TYPE, y, i, value);
}
