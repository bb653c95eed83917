#include "element.clh"

KERNEL void add_bias(const long width, RESULT(X_TYPE, x), OPERAND(BIAS_TYPE, bias)) {
  const long column = COLUMN(width), i = ROW(width) * width + column;
  if (column < width) STORE(X_TYPE, x, i, LOAD(X_TYPE, x, i) + LOAD(BIAS_TYPE, bias, column));
}
