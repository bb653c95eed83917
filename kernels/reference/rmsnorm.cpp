#include <cmath>
#include <vector>

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::rmsnorm_forward(daybreak_device&, const daybreak_norm& n) {
  require_row_major({n.y_layout});
  for (int64_t r = 0; r < n.rows; ++r) {
    double squares = 0;
    for (int64_t i = 0; i < n.width; ++i) squares += std::pow(load(n.x, n.x_type, r * n.width + i), 2);
    const double rstd = 1 / std::sqrt(squares / static_cast<double>(n.width) + n.epsilon);
    for (int64_t i = 0; i < n.width; ++i)
      store(n.y, n.y_type, r * n.width + i,
            load(n.x, n.x_type, r * n.width + i) * rstd * load(n.weight, n.weight_type, i));
    n.rstd[r] = static_cast<float>(rstd);
  }
}

void Operations::rmsnorm_backward(daybreak_device&, const daybreak_norm_backward& n) {
  require_row_major({n.y_gradient_layout});
  std::vector<double> weight_sum(n.width);
  for (int64_t r = 0; r < n.rows; ++r) {
    const auto normal = [&](int64_t i) { return load(n.x, n.x_type, r * n.width + i) * n.rstd[r]; };
    const auto dy = [&](int64_t i) { return load(n.y_gradient, n.y_gradient_type, r * n.width + i); };
    const auto dnormal = [&](int64_t i) { return dy(i) * load(n.weight, n.weight_type, i); };
    double product = 0;
    for (int64_t i = 0; i < n.width; ++i) {
      product += dnormal(i) * normal(i);
      weight_sum[i] += dy(i) * normal(i);
    }
    for (int64_t i = 0; i < n.width; ++i) {
      const double dx = n.rstd[r] * (dnormal(i) - normal(i) * product / static_cast<double>(n.width));
      const int64_t place = r * n.width + i;
      store(n.x_gradient, n.x_gradient_type, place, load(n.x_gradient, n.x_gradient_type, place) + dx);
    }
  }
  for (int64_t i = 0; i < n.width; ++i) n.weight_gradient[i] = static_cast<float>(n.weight_gradient[i] + weight_sum[i]);
}

}  // namespace daybreak::kernels::reference
