#include "element.clh"
#include "gelu.clh"

KERNEL void swiglu_forward(const long count, OPERAND(X_TYPE, gate), OPERAND(X_TYPE, up), RESULT(Y_TYPE, y)) {
  const long i = get_global_id(0);
  if (i >= count) return;
  const float g = LOAD(X_TYPE, gate, i);
  STORE(Y_TYPE, y, i, g * logistic(g) * LOAD(X_TYPE, up, i));
}

KERNEL void swiglu_backward(const long count, OPERAND(X_TYPE, gate), OPERAND(X_TYPE, up), OPERAND(Y_TYPE, dy),
                            RESULT(Y_TYPE, dgate), RESULT(Y_TYPE, dup)) {
  const long i = get_global_id(0);
  if (i >= count) return;
  const float g = LOAD(X_TYPE, gate, i), u = LOAD(X_TYPE, up, i), d = LOAD(Y_TYPE, dy, i), share = logistic(g);
  STORE(Y_TYPE, dgate, i, d * u * share * (1 + g * (1 - share)));
  STORE(Y_TYPE, dup, i, d * g * share);
}
