#include "element.clh"
#include "gelu.clh"

KERNEL void gelu_forward(const long count, OPERAND(X_TYPE, x), RESULT(Y_TYPE, y)) {
  const long i = get_global_id(0);
  if (i < count) STORE(Y_TYPE, y, i, gelu_of(LOAD(X_TYPE, x, i)));
}

KERNEL void gelu_backward(const long count, OPERAND(X_TYPE, x), OPERAND(Y_TYPE, dy), RESULT(Y_TYPE, dx)) {
  const long i = get_global_id(0);
  if (i < count) STORE(Y_TYPE, dx, i, LOAD(Y_TYPE, dy, i) * gelu_slope(LOAD(X_TYPE, x, i)));
}
