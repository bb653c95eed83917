#include <vector>

#include "kernels/reference/element.h"
#include "kernels/reference/operations.h"

namespace daybreak::kernels::reference {

void Operations::embedding_forward(daybreak_device&, const daybreak_embedding& e) {
  for (int64_t t = 0; t < e.tokens; ++t) {
    if (e.token[t] >= e.vocabulary) throw Refusal{DAYBREAK_INVALID, "a token lies outside the vocabulary"};
    for (int64_t i = 0; i < e.width; ++i) {
      double value = load(e.table, e.table_type, e.token[t] * e.width + i);
      if (e.position_table) value += load(e.position_table, e.table_type, t % e.context * e.width + i);
      store(e.out, e.out_type, t * e.width + i, value);
    }
  }
}

namespace {

/// gradient[row(t), :] += out_gradient[t, :], summed in double before it is rounded once.
template <typename Row>
void scatter(const daybreak_embedding_backward& e, float* gradient, int64_t rows, Row row) {
  std::vector<double> sums(gradient, gradient + rows * e.width);
  for (int64_t t = 0; t < e.tokens; ++t)
    for (int64_t i = 0; i < e.width; ++i)
      sums[row(t) * e.width + i] += load(e.out_gradient, e.out_gradient_type, t * e.width + i);
  for (size_t i = 0; i < sums.size(); ++i) gradient[i] = static_cast<float>(sums[i]);
}

}  // namespace

void Operations::embedding_backward(daybreak_device&, const daybreak_embedding_backward& e) {
  for (int64_t t = 0; t < e.tokens; ++t)
    if (e.token[t] >= e.vocabulary) throw Refusal{DAYBREAK_INVALID, "a token lies outside the vocabulary"};
  scatter(e, e.table_gradient, e.vocabulary, [&](int64_t t) { return static_cast<int64_t>(e.token[t]); });
  if (e.position_gradient) scatter(e, e.position_gradient, e.positions, [&](int64_t t) { return t % e.context; });
}

}  // namespace daybreak::kernels::reference
