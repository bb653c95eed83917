#include <cmath>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/packing.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

namespace {

/// The table for these positions and frequencies, kept for the next call. Angles are computed in double.
const RotationTable& rotations(daybreak_device& device, const daybreak_rope& r) {
  RotationTable& table = device.rotations;
  const int64_t half = r.head_width / 2, context = std::min(r.context, r.tokens);
  if (table.base == r.base && table.half == half && table.context >= context) return table;
  table.base = 0;  // valid again once it is complete
  table.cosine.resize(static_cast<size_t>(context * half));
  table.sine.resize(static_cast<size_t>(context * half));
  for (int64_t i = 0; i < half; ++i) {
    const double frequency =
        std::pow(static_cast<double>(r.base), -2.0 * static_cast<double>(i) / static_cast<double>(r.head_width));
    for (int64_t p = 0; p < context; ++p) {
      const double angle = static_cast<double>(p) * frequency;
      table.cosine[static_cast<size_t>(p * half + i)] = static_cast<float>(std::cos(angle));
      table.sine[static_cast<size_t>(p * half + i)] = static_cast<float>(std::sin(angle));
    }
  }
  table.half = half;
  table.context = context;
  table.base = r.base;
  return table;
}

}  // namespace

void Operations::rope(daybreak_device& device, const daybreak_rope& r) {
  if (r.tokens == 0 || r.heads == 0 || r.head_width == 0) return;
  if (r.x_layout != DAYBREAK_ROW_MAJOR)
    require_layout(r.x_layout == DAYBREAK_TILED && has_tiled(device, r.x_type, r.row_stride));
  element_bytes(r.x_type);
  const RotationTable& table = rotations(device, r);
  const int64_t half = r.head_width / 2;
  const RowCut cut(r.tokens, r.heads * r.head_width);
  device.threads.for_each(cut.tasks, [&](int64_t task, unsigned worker) {
    float* const head = device.of_worker[worker].at_least(r.head_width);
    for (int64_t t = task * cut.rows_each; t < std::min(r.tokens, (task + 1) * cut.rows_each); ++t)
      for (int64_t h = 0; h < r.heads; ++h) {
        const int64_t angle = t % r.context * half;
        const Stretch of_head{r.x_layout, r.row_stride, t, h * r.head_width, r.head_width};
        convert_in(device.loops, r.x, r.x_type, of_head, head);
        device.loops.rotate(head, head + half, table.cosine.data() + angle, table.sine.data() + angle,
                            static_cast<float>(r.direction), half);
        convert_out(device.loops, head, r.x, r.x_type, of_head);
      }
  });
}

}  // namespace daybreak::kernels::cpu
