// Layer normalization, or RMS normalization where LAYER is 0: a group has a row.
#include "element.clh"
#include "group.clh"

KERNEL void norm_forward(const long width, OPERAND(X_TYPE, x), OPERAND(WEIGHT_TYPE, weight), OPERAND(WEIGHT_TYPE, bias),
                         RESULT(Y_TYPE, y), RESULT(f32, mean), RESULT(f32, rstd), const float epsilon) {
  __local float room[ITEMS];
  const long row = get_group_id(0), start = row * width;
  const int item = get_local_id(0);
  float middle = 0;
  if (LAYER) {
    float sum = 0;
    for (long i = item; i < width; i += ITEMS) sum += LOAD(X_TYPE, x, start + i);
    middle = group_sum(sum, room) / (float)width;
  }
  float squares = 0;
  for (long i = item; i < width; i += ITEMS) {
    const float apart = LOAD(X_TYPE, x, start + i) - middle;
    squares += apart * apart;
  }
  const float scale = 1 / sqrt(group_sum(squares, room) / (float)width + epsilon);
  for (long i = item; i < width; i += ITEMS) {
    const float normal = (LOAD(X_TYPE, x, start + i) - middle) * scale * LOAD(WEIGHT_TYPE, weight, i);
    STORE(Y_TYPE, y, start + i, LAYER ? normal + LOAD(WEIGHT_TYPE, bias, LAYER ? i : 0) : normal);
  }
  if (item != 0) return;
  if (LAYER) AT(mean, row) = middle;
  AT(rstd, row) = scale;
}

/// x_gradient += what comes through the row.
KERNEL void norm_backward(const long width, OPERAND(X_TYPE, x), OPERAND(WEIGHT_TYPE, weight), OPERAND(DY_TYPE, dy),
                          OPERAND(f32, mean), OPERAND(f32, rstd), RESULT(DX_TYPE, dx)) {
  __local float room[ITEMS];
  const long row = get_group_id(0), start = row * width;
  const int item = get_local_id(0);
  const float middle = LAYER ? AT(mean, row) : 0, scale = AT(rstd, row);
  float sum = 0, product = 0;
  for (long i = item; i < width; i += ITEMS) {
    const float dnormal = LOAD(DY_TYPE, dy, start + i) * LOAD(WEIGHT_TYPE, weight, i);
    sum += dnormal;
    product += dnormal * ((LOAD(X_TYPE, x, start + i) - middle) * scale);
  }
  const float mean_of_dnormal = LAYER ? group_sum(sum, room) / (float)width : 0;
  const float mean_of_product = group_sum(product, room) / (float)width;
  for (long i = item; i < width; i += ITEMS) {
    const float dnormal = LOAD(DY_TYPE, dy, start + i) * LOAD(WEIGHT_TYPE, weight, i);
    const float normal = (LOAD(X_TYPE, x, start + i) - middle) * scale;
    const float through = scale * (dnormal - mean_of_dnormal - normal * mean_of_product);
    STORE(DX_TYPE, dx, start + i, LOAD(DX_TYPE, dx, start + i) + through);
  }
}

/// The parts of ROWS_EACH rows in the gradients of weight and bias: partial[2, chunks, width].
KERNEL void sum_gradients(const long rows, const long width, const long chunks, OPERAND(X_TYPE, x), OPERAND(DY_TYPE, dy),
                          OPERAND(f32, mean), OPERAND(f32, rstd), __global float* partial) {
  const long column = COLUMN(width), chunk = ROW(width);
  if (column >= width) return;
  const long end = min(rows, (chunk + 1) * ROWS_EACH);
  float of_weight = 0, of_bias = 0;
  for (long row = chunk * ROWS_EACH; row < end; ++row) {
    const float dy_here = LOAD(DY_TYPE, dy, row * width + column), middle = LAYER ? AT(mean, row) : 0;
    of_weight += dy_here * ((LOAD(X_TYPE, x, row * width + column) - middle) * AT(rstd, row));
    of_bias += dy_here;
  }
  partial[chunk * width + column] = of_weight;
  if (LAYER) partial[(chunks + chunk) * width + column] = of_bias;
}
