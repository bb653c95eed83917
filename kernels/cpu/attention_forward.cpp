// Attention by blocks of keys with a running softmax, so that no score leaves the cache: Dao, Fu, Ermon, Rudra, Re,
// "FlashAttention", 2022.
#include <cmath>
#include <limits>

#include "kernels/cpu/attention_blocks.h"
#include "kernels/cpu/operations.h"

namespace daybreak::kernels::cpu {
namespace {

/// Scratch of one task.
struct Task {
  Task(int64_t padded, int64_t width, float* memory)
      : q(memory), rows(q + kQueries * padded), transposed(rows + kKeys * padded), scores(transposed + width * kKeys),
        sums(scores + kQueries * kKeys), largest(sums + kQueries * padded), total(largest + kQueries) {}
  static int64_t floats(int64_t padded, int64_t width) {
    return (2 * kQueries + kKeys) * padded + width * kKeys + kQueries * kKeys + 2 * kQueries;
  }
  float *q, *rows, *transposed, *scores, *sums, *largest, *total;
};

/// Scores to probabilities relative to the largest score so far; what was summed before is scaled to the new largest.
void soften(const Loops& loops, const Task& t, int64_t first, int64_t queries, int64_t key, int64_t padded) {
  for (int64_t i = 0; i < queries; ++i) {
    float* const scores = t.scores + i * kKeys;
    const int64_t count = visible(first + i, key);
    std::memset(scores + count, 0, static_cast<size_t>(kKeys - count) * sizeof(float));
    if (count == 0) continue;
    const float before = t.largest[i], now = loops.largest(scores, count);
    if (!(now <= before)) {
      t.largest[i] = now;
      const float factor = std::exp(before - now);
      t.total[i] *= factor;
      loops.scale(t.sums + i * padded, factor, padded);
    }
    t.total[i] += loops.exponentials(scores, scores, t.largest[i], count);
  }
}

/// The rows [first, first + queries) of one head of one sequence.
void attend(const Loops& loops, const daybreak_attention& a, int64_t batch, int64_t head, int64_t first, float* memory) {
  const int64_t width = a.head_width, padded = padded_width(loops, width), queries = std::min(kQueries, a.context - first);
  const int64_t row = batch * a.context, kv_column = head / (a.heads / a.kv_heads) * width;
  const Task t(padded, width, memory);
  load_rows(loops, a.q, a.type, (row + first) * a.q_stride + head * width, a.q_stride, queries, width, padded, t.q);
  loops.scale(t.q, a.scale, queries * padded);
  std::fill_n(t.sums, queries * padded, 0.0f);
  std::fill_n(t.total, queries, 0.0f);
  std::fill_n(t.largest, queries, -std::numeric_limits<float>::infinity());

  for (int64_t key = 0; key < first + queries; key += kKeys) {
    const int64_t keys = std::min(kKeys, first + queries - key), place = (row + key) * a.kv_stride + kv_column;
    load_rows(loops, a.k, a.type, place, a.kv_stride, keys, width, padded, t.rows);
    transpose_keys(t.rows, keys, padded, width, 1, t.transposed);
    loops.block_product(queries, kKeys, width, t.q, padded, 1, t.transposed, kKeys, t.scores, kKeys, false);
    soften(loops, t, first, queries, key, padded);
    load_rows(loops, a.v, a.type, place, a.kv_stride, keys, width, padded, t.rows);
    loops.block_product(queries, padded, keys, t.scores, kKeys, 1, t.rows, padded, t.sums, padded, true);
  }
  for (int64_t i = 0; i < queries; ++i) {
    loops.scale(t.sums + i * padded, 1 / t.total[i], width);
    convert_out(loops, t.sums + i * padded, a.out, a.out_type, (row + first + i) * a.out_stride + head * width, width);
    a.log_sum_exp[(batch * a.heads + head) * a.context + first + i] = t.largest[i] + std::log(t.total[i]);
  }
}

}  // namespace

void Operations::attention_forward(daybreak_device& device, const daybreak_attention& a) {
  element_bytes(a.type);
  element_bytes(a.out_type);
  const int64_t blocks = (a.context + kQueries - 1) / kQueries;
  const int64_t floats = Task::floats(padded_width(device.loops, a.head_width), a.head_width);
  device.threads.for_each(a.batch * a.heads * blocks, [&](int64_t task, unsigned worker) {
    // The last rows see the most keys: first things first.
    attend(device.loops, a, task / blocks / a.heads, task / blocks % a.heads, (blocks - 1 - task % blocks) * kQueries,
           device.of_worker[worker].at_least(floats));
  });
}

}  // namespace daybreak::kernels::cpu
