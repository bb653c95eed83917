#include <cmath>
#include <vector>

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::layernorm_forward(daybreak_device&, const daybreak_norm& n) {
  require_row_major({n.y_layout});
  const auto width = static_cast<double>(n.width);
  for (int64_t r = 0; r < n.rows; ++r) {
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < n.width; ++i) sum += load(n.x, n.x_type, r * n.width + i);
    const double mean = sum / width;
    for (int64_t i = 0; i < n.width; ++i) squares += std::pow(load(n.x, n.x_type, r * n.width + i) - mean, 2);
    const double rstd = 1 / std::sqrt(squares / width + n.epsilon);
    for (int64_t i = 0; i < n.width; ++i) {
      const double normal = (load(n.x, n.x_type, r * n.width + i) - mean) * rstd;
      store(n.y, n.y_type, r * n.width + i, normal * load(n.weight, n.weight_type, i) + load(n.bias, n.weight_type, i));
    }
    n.mean[r] = static_cast<float>(mean);
    n.rstd[r] = static_cast<float>(rstd);
  }
}

void Operations::layernorm_backward(daybreak_device&, const daybreak_norm_backward& n) {
  require_row_major({n.y_gradient_layout});
  std::vector<double> weight_sum(n.width), bias_sum(n.width);
  for (int64_t r = 0; r < n.rows; ++r) {
    const auto normal = [&](int64_t i) { return (load(n.x, n.x_type, r * n.width + i) - n.mean[r]) * n.rstd[r]; };
    const auto dy = [&](int64_t i) { return load(n.y_gradient, n.y_gradient_type, r * n.width + i); };
    const auto dnormal = [&](int64_t i) { return dy(i) * load(n.weight, n.weight_type, i); };
    double sum = 0, product = 0;
    for (int64_t i = 0; i < n.width; ++i) {
      sum += dnormal(i);
      product += dnormal(i) * normal(i);
      weight_sum[i] += dy(i) * normal(i);
      bias_sum[i] += dy(i);
    }
    for (int64_t i = 0; i < n.width; ++i) {
      const double dx = n.rstd[r] * (dnormal(i) - (sum + normal(i) * product) / static_cast<double>(n.width));
      const int64_t place = r * n.width + i;
      store(n.x_gradient, n.x_gradient_type, place, load(n.x_gradient, n.x_gradient_type, place) + dx);
    }
  }
  for (int64_t i = 0; i < n.width; ++i) {
    n.weight_gradient[i] = static_cast<float>(n.weight_gradient[i] + weight_sum[i]);
    n.bias_gradient[i] = static_cast<float>(n.bias_gradient[i] + bias_sum[i]);
  }
}

}  // namespace daybreak::kernels::reference
