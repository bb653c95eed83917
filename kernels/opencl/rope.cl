#include "element.clh"

/// An item turns a pair; cosine and sine are [context, half].
KERNEL void rope(const long context, const long heads, const long half_width, const long row_stride, RESULT(X_TYPE, x),
                 __global const float* cosine, __global const float* sine, const float direction) {
  const long pair = COLUMN(heads * half_width), t = ROW(heads * half_width);
  if (pair >= heads * half_width) return;
  const long head = pair / half_width, i = pair % half_width;
  const long first = t * row_stride + head * 2 * half_width + i, second = first + half_width;
  const float c = cosine[t % context * half_width + i], s = direction * sine[t % context * half_width + i];
  const float a = LOAD(X_TYPE, x, first), b = LOAD(X_TYPE, x, second);
  STORE(X_TYPE, x, first, a * c - b * s);
  STORE(X_TYPE, x, second, a * s + b * c);
}
