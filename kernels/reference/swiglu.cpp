#include <cmath>

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

namespace {

double sigmoid(double z) {
  return 1 / (1 + std::exp(-z));
}

}  // namespace

void Operations::swiglu_forward(daybreak_device&, const daybreak_swiglu& s) {
  for (int64_t i = 0; i < s.count; ++i) {
    const double gate = load(s.gate, s.x_type, i);
    store(s.y, s.y_type, i, gate * sigmoid(gate) * load(s.up, s.x_type, i));
  }
}

void Operations::swiglu_backward(daybreak_device&, const daybreak_swiglu_backward& s) {
  for (int64_t i = 0; i < s.count; ++i) {
    const double gate = load(s.gate, s.x_type, i), up = load(s.up, s.x_type, i);
    const double dy = load(s.y_gradient, s.gradient_type, i), share = sigmoid(gate);
    store(s.gate_gradient, s.gradient_type, i, dy * up * share * (1 + gate * (1 - share)));
    store(s.up_gradient, s.gradient_type, i, dy * gate * share);
  }
}

}  // namespace daybreak::kernels::reference
