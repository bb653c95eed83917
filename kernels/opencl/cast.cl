// y = x, rounded to nearest even.
#include "element.clh"

KERNEL void cast(const long count, OPERAND(X_TYPE, x), RESULT(Y_TYPE, y)) {
  const long i = get_global_id(0);
  if (i < count) STORE(Y_TYPE, y, i, LOAD(X_TYPE, x, i));
}
