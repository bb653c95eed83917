#include <cmath>
#include <cstring>

#include "kernels/cpu/operations.h"
#include "kernels/cpu/tiles.h"

namespace daybreak::kernels::cpu {

namespace {

void one_row(const Loops& loops, const daybreak_cross_entropy& c, float* logits, int64_t r) {
  const uint32_t target = c.target[r];
  if (target == c.ignored) {
    c.loss[r] = 0;
    if (c.gradient_scale != 0) std::memset(logits, 0, static_cast<size_t>(c.vocabulary) * sizeof(float));
    return;
  }
  const float chosen = logits[target], largest = loops.largest(logits, c.vocabulary);
  const bool gradient = c.gradient_scale != 0;
  const float sum = loops.exponentials(logits, gradient ? logits : nullptr, largest, c.vocabulary);
  c.loss[r] = std::log(sum) + (largest - chosen);
  if (!gradient) return;
  loops.scale(logits, c.gradient_scale / sum, c.vocabulary);
  logits[target] -= c.gradient_scale;
}

}  // namespace

void Operations::cross_entropy(daybreak_device& device, const daybreak_cross_entropy& c) {
  for (int64_t r = 0; r < c.rows; ++r)
    if (c.target[r] != c.ignored && c.target[r] >= c.vocabulary)
      throw host::Refusal{DAYBREAK_INVALID, "a target lies outside the vocabulary"};
  const Input logits(device.loops, c.logits, c.logits_type);
  const Output out(device.loops, c.logits, c.logits_type);
  const RowCut cut(c.rows, c.vocabulary);
  device.threads.for_each(cut.tasks, [&](int64_t task, unsigned worker) {
    float* const scratch = device.of_worker[worker].at_least(c.vocabulary);
    for (int64_t r = task * cut.rows_each; r < std::min(c.rows, (task + 1) * cut.rows_each); ++r) {
      float* const row = out.tile(r * c.vocabulary, scratch);
      logits.tile(r * c.vocabulary, c.vocabulary, scratch);
      one_row(device.loops, c, row, r);
      if (c.gradient_scale != 0) out.finish(row, r * c.vocabulary, c.vocabulary);
    }
  });
}

}  // namespace daybreak::kernels::cpu
