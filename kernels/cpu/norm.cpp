#include <cstring>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

namespace {

/// Rows of a matrix in either layout as float32.
struct Rows {
  const Loops& loops;
  daybreak_dtype type;
  daybreak_layout layout;
  int64_t width;

  bool in_place() const { return layout == DAYBREAK_ROW_MAJOR && type == DAYBREAK_F32; }

  const float* read(const void* buffer, int64_t row, float* scratch) const {
    if (in_place()) return static_cast<const float*>(buffer) + row * width;
    convert_in(loops, buffer, type, {layout, width, row, 0, width}, scratch);
    return scratch;
  }
  /// Where to compute a row that finish() then writes.
  float* place(void* buffer, int64_t row, float* scratch) const {
    return in_place() ? static_cast<float*>(buffer) + row * width : scratch;
  }
  void finish(const float* computed, void* buffer, int64_t row) const {
    if (!in_place()) convert_out(loops, computed, buffer, type, {layout, width, row, 0, width});
  }
};

/// layernorm and rmsnorm differ in the loop of one row alone.
template <typename Row>
void forward(daybreak_device& device, const daybreak_norm& n, bool biased, Row row) {
  const Input x(device.loops, n.x, n.x_type), weight(device.loops, n.weight, n.weight_type);
  element_bytes(n.y_type);
  const Rows y{device.loops, n.y_type, n.y_layout, n.width};
  float* const shared = device.shared.at_least(2 * n.width);
  const float* const w = weight.tile(0, n.width, shared);
  const float* const b =
      biased ? Input(device.loops, n.bias, n.weight_type).tile(0, n.width, shared + n.width) : nullptr;
  const RowCut cut(n.rows, n.width);
  device.threads.for_each(cut.tasks, [&](int64_t task, unsigned worker) {
    float* const scratch = device.of_worker[worker].at_least(2 * n.width);
    for (int64_t r = task * cut.rows_each; r < std::min(n.rows, (task + 1) * cut.rows_each); ++r) {
      float* const computed = y.place(n.y, r, scratch);
      row(x.tile(r * n.width, n.width, scratch + n.width), w, b, computed, r);
      y.finish(computed, n.y, r);
    }
  });
}

/// The sums over rows: each task sums its own rows, then the tasks' sums are added in their order.
template <typename Row>
void backward(daybreak_device& device, const daybreak_norm_backward& n, Row row) {
  constexpr int64_t kMostTasks = 64;
  const Input x(device.loops, n.x, n.x_type), weight(device.loops, n.weight, n.weight_type);
  element_bytes(n.y_gradient_type);
  const Rows dy{device.loops, n.y_gradient_type, n.y_gradient_layout, n.width};
  const Input old(device.loops, n.x_gradient, n.x_gradient_type);
  const Output dx(device.loops, n.x_gradient, n.x_gradient_type);
  const RowCut cut(n.rows, n.width, kMostTasks);
  float* const shared = device.shared.at_least((1 + 2 * cut.tasks) * n.width);
  const float* const w = weight.tile(0, n.width, shared);
  float* const sums = shared + n.width;  // [tasks, 2, width]
  std::memset(sums, 0, static_cast<size_t>(2 * cut.tasks * n.width) * sizeof(float));
  device.threads.for_each(cut.tasks, [&](int64_t task, unsigned worker) {
    float* const scratch = device.of_worker[worker].at_least(3 * n.width);
    float* const sum = sums + task * 2 * n.width;
    for (int64_t r = task * cut.rows_each; r < std::min(n.rows, (task + 1) * cut.rows_each); ++r) {
      float* const computed = dx.tile(r * n.width, scratch);
      old.tile(r * n.width, n.width, scratch);
      row(x.tile(r * n.width, n.width, scratch + n.width), w, dy.read(n.y_gradient, r, scratch + 2 * n.width), computed,
          sum, sum + n.width, r);
      dx.finish(computed, r * n.width, n.width);
    }
  });
  for (int64_t task = 0; task < cut.tasks; ++task) {
    device.loops.add_scaled(sums + task * 2 * n.width, n.weight_gradient, 1, 1, n.width);
    if (n.bias_gradient) device.loops.add_scaled(sums + (task * 2 + 1) * n.width, n.bias_gradient, 1, 1, n.width);
  }
}

}  // namespace

void Operations::layernorm_forward(daybreak_device& device, const daybreak_norm& n) {
  forward(device, n, true, [&](const float* x, const float* w, const float* b, float* y, int64_t r) {
    device.loops.layernorm(x, w, b, y, n.epsilon, n.mean + r, n.rstd + r, n.width);
  });
}

void Operations::rmsnorm_forward(daybreak_device& device, const daybreak_norm& n) {
  forward(device, n, false, [&](const float* x, const float* w, const float*, float* y, int64_t r) {
    device.loops.rmsnorm(x, w, y, n.epsilon, n.rstd + r, n.width);
  });
}

void Operations::layernorm_backward(daybreak_device& device, const daybreak_norm_backward& n) {
  backward(device, n, [&](const float* x, const float* w, const float* dy, float* dx, float* dw, float* db, int64_t r) {
    device.loops.layernorm_backward(x, w, dy, n.mean[r], n.rstd[r], dx, dw, db, n.width);
  });
}

void Operations::rmsnorm_backward(daybreak_device& device, const daybreak_norm_backward& n) {
  backward(device, n, [&](const float* x, const float* w, const float* dy, float* dx, float* dw, float*, int64_t r) {
    device.loops.rmsnorm_backward(x, w, dy, n.rstd[r], dx, dw, n.width);
  });
}

}  // namespace daybreak::kernels::cpu
