#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

namespace {

void check_tokens(const uint32_t* token, int64_t tokens, int64_t vocabulary) {
  for (int64_t t = 0; t < tokens; ++t)
    if (token[t] >= vocabulary) throw Refusal{DAYBREAK_INVALID, "a token lies outside the vocabulary"};
}

/// gradient[row(t), first..first+count) += out_gradient[t, the same] in the order of t.
struct Scatter {
  const Loops& loops;
  const Input& out_gradient;
  int64_t width, first, count;
  float* scratch;

  template <typename Row>
  void add(float* gradient, int64_t tokens, Row row) const {
    for (int64_t t = 0; t < tokens; ++t)
      loops.add_scaled(out_gradient.tile(t * width + first, count, scratch), gradient + row(t) * width + first, 1, 1, count);
  }
};

}  // namespace

void Operations::embedding_forward(daybreak_device& device, const daybreak_embedding& e) {
  check_tokens(e.token, e.tokens, e.vocabulary);
  const Input table(device.loops, e.table, e.table_type), positions(device.loops, e.position_table, e.table_type);
  const Output out(device.loops, e.out, e.out_type);
  const RowCut cut(e.tokens, e.width);
  device.threads.for_each(cut.tasks, [&](int64_t task, unsigned worker) {
    float* const scratch = device.of_worker[worker].at_least(2 * e.width);
    for (int64_t t = task * cut.rows_each; t < std::min(e.tokens, (task + 1) * cut.rows_each); ++t) {
      float* const row = out.tile(t * e.width, scratch);
      convert_in(device.loops, e.table, e.table_type, e.token[t] * e.width, e.width, row);
      if (e.position_table)
        device.loops.add_scaled(positions.tile(t % e.context * e.width, e.width, scratch + e.width), row, 1, 1, e.width);
      out.finish(row, t * e.width, e.width);
    }
  });
}

/// A task owns some columns of all rows: no two tasks meet in one sum, and each sum runs in the order of t.
void Operations::embedding_backward(daybreak_device& device, const daybreak_embedding_backward& e) {
  check_tokens(e.token, e.tokens, e.vocabulary);
  constexpr int64_t kColumns = 64;
  const Input gradient(device.loops, e.out_gradient, e.out_gradient_type);
  device.threads.for_each((e.width + kColumns - 1) / kColumns, [&](int64_t task, unsigned worker) {
    const int64_t first = task * kColumns, count = std::min(kColumns, e.width - first);
    const Scatter scatter{device.loops, gradient, e.width, first, count, device.of_worker[worker].at_least(kColumns)};
    scatter.add(e.table_gradient, e.tokens, [&](int64_t t) { return static_cast<int64_t>(e.token[t]); });
    if (e.position_gradient) scatter.add(e.position_gradient, e.tokens, [&](int64_t t) { return t % e.context; });
  });
}

}  // namespace daybreak::kernels::cpu
