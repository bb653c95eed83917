// Codes of 8 bits and the scales of their groups: GROUP neighbors in a row, or the same of several rows.
#include "element.clh"
#include "group.clh"

/// e of the scale 2^e, as kernels/common/group_scale.h: from the exponents and the mantissas as whole numbers.
int scale_exponent(float largest) {
  const uint bits = as_uint(largest), most = as_uint(LARGEST);
  if (bits == 0) return 0;
  const int exponent = (int)(bits >> 23) - (int)(most >> 23) + ((bits & 0x7fffff) > (most & 0x7fffff) ? 1 : 0);
  return max(exponent, SMALLEST_EXPONENT);
}

float power_of_two(int exponent) { return as_float((uint)(exponent + 127) << 23); }

#define EACH_ELEMENT                                            \
  for (long row = first_row; row < last_row; ++row)             \
    for (long column = first_column + get_local_id(0); column < last_column; column += ITEMS)
#define VALUE LOAD(X_TYPE, x, transpose ? column * rows + row : row * columns + column)

/// A group of items makes a group of codes. scale_row: scales between those of one block row and the next; 0: of rows.
KERNEL void quantize(const long rows, const long columns, const long rows_each, const long scale_row, const int transpose,
                     OPERAND(X_TYPE, x), RESULT(CODE_TYPE, codes), RESULT(f32, scales)) {
  __local float room[ITEMS];
  const long across = (columns + GROUP - 1) / GROUP, group = get_group_id(0) % across;
  const long first_row = get_group_id(0) / across * rows_each, first_column = group * GROUP;
  const long last_row = min(rows, first_row + rows_each), last_column = min(columns, first_column + GROUP);
  float largest = 0;
  EACH_ELEMENT {
    const float magnitude = fabs(VALUE);
    if (isfinite(magnitude)) largest = fmax(largest, magnitude);
  }
  const int exponent = scale_exponent(group_max(largest, room));
  const float factor = power_of_two(-exponent);
  EACH_ELEMENT { STORE(CODE_TYPE, codes, row * columns + column, VALUE * factor); }
  if (get_local_id(0) == 0)
    AT(scales, scale_row ? first_row / GROUP * scale_row + group : group * rows + first_row) = power_of_two(exponent);
}
