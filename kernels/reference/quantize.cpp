#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/common/group_scale.h"
#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {
namespace {

double largest_number(daybreak_dtype type) {
  return type == DAYBREAK_F8_E4M3 ? 448 : 57344;
}

/// By the words of the definition: the powers of two are tried from the smallest on.
double scale_for(double largest, daybreak_dtype type) {
  if (largest == 0) return 1;
  double scale = std::ldexp(1.0, kSmallestScaleExponent);
  while (largest > scale * largest_number(type)) scale *= 2;
  return scale;
}

}  // namespace

void Operations::quantize(daybreak_device&, const daybreak_quantize& q) {
  const bool blocks = q.scaling == DAYBREAK_SCALING_BLOCKS;
  std::vector<double> largest(scale_count(blocks, q.rows, q.columns));
  const auto value = [&q](int64_t row, int64_t column) {
    return load(q.x, q.x_type, q.transpose ? column * q.rows + row : row * q.columns + column);
  };
  const auto place = [&](int64_t row, int64_t column) { return scale_place(blocks, q.rows, q.columns, row, column); };
  for (int64_t row = 0; row < q.rows; ++row)
    for (int64_t column = 0; column < q.columns; ++column)
      if (const double x = std::fabs(value(row, column)); std::isfinite(x))
        largest[place(row, column)] = std::max(largest[place(row, column)], x);
  for (size_t i = 0; i < largest.size(); ++i) q.scales[i] = static_cast<float>(scale_for(largest[i], q.codes_type));
  for (int64_t row = 0; row < q.rows; ++row)
    for (int64_t column = 0; column < q.columns; ++column)
      store(q.codes, q.codes_type, row * q.columns + column, value(row, column) / q.scales[place(row, column)]);
}

}  // namespace daybreak::kernels::reference
