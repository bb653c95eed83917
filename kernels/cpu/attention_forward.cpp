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
      : q(memory),
        rows(q + kQueries * padded),
        transposed(rows + kKeys * padded),
        scores(transposed + width * kKeys),
        sums(scores + kQueries * kKeys),
        largest(sums + kQueries * padded),
        total(largest + kQueries) {}
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
void attend(const InstructionSet& set, const daybreak_attention& a, int64_t batch, int64_t head, int64_t first,
            float* memory) {
  const Loops& loops = set.loops;
  const int64_t width = a.head_width, padded = padded_width(loops, width),
                queries = std::min(kQueries, a.context - first);
  const int64_t row = batch * a.context;
  const HeadColumns of_q{a.type, a.layout, a.q_stride, head * width, width},
      of_out{a.out_type, a.out_layout, a.out_stride, head * width, width};
  const HeadColumns of_kv{a.type, a.layout, a.kv_stride, head / (a.heads / a.kv_heads) * width, width};
  const Task t(padded, width, memory);
  of_q.load(loops, a.q, row + first, queries, padded, t.q);
  loops.scale(t.q, a.scale, queries * padded);
  std::fill_n(t.sums, queries * padded, 0.0f);
  std::fill_n(t.total, queries, 0.0f);
  std::fill_n(t.largest, queries, -std::numeric_limits<float>::infinity());

  for (int64_t key = 0; key < first + queries; key += kKeys) {
    const int64_t keys = std::min(kKeys, first + queries - key);
    of_kv.load(loops, a.k, row + key, keys, padded, t.rows);
    transpose_keys(set.f32_tiles, t.rows, keys, padded, width, t.transposed);
    for_each_strip(first, queries, key, keys, [&](int64_t strip, int64_t rows, int64_t seen) {
      score_product(set, rows, seen, width, t.q + strip * padded, padded, t.transposed, t.scores + strip * kKeys);
    });
    soften(loops, t, first, queries, key, padded);
    of_kv.load(loops, a.v, row + key, keys, padded, t.rows);
    for_each_strip(first, queries, key, keys, [&](int64_t strip, int64_t rows, int64_t seen) {
      loops.block_product(rows, padded, seen, t.scores + strip * kKeys, kKeys, 1, t.rows, padded,
                          t.sums + strip * padded, padded, true);
    });
  }
  for (int64_t i = 0; i < queries; ++i) {
    loops.scale(t.sums + i * padded, 1 / t.total[i], width);
    a.log_sum_exp[(batch * a.heads + head) * a.context + first + i] = t.largest[i] + std::log(t.total[i]);
  }
  of_out.store(loops, t.sums, padded, a.out, row + first, queries);
}

void attend_bf16(daybreak_device& device, const AttentionBf16& loops, const daybreak_attention& a) {
  const size_t bytes = loops.forward_bytes(a);
  device.threads.for_each(a.batch * a.heads, [&](int64_t task, unsigned worker) {
    loops.forward(a, task / a.heads, task % a.heads, device.of_worker[worker].bytes_at_least(bytes));
  });
}

}  // namespace

void Operations::attention_forward(daybreak_device& device, const daybreak_attention& a) {
  element_bytes(a.type);
  element_bytes(a.out_type);
  if (device.set.attention && a.type == DAYBREAK_BF16 && a.out_type == DAYBREAK_BF16)
    return attend_bf16(device, *device.set.attention, a);
  const int64_t blocks = (a.context + kQueries - 1) / kQueries;
  const int64_t floats = Task::floats(padded_width(device.loops, a.head_width), a.head_width);
  device.threads.for_each(a.batch * a.heads * blocks, [&](int64_t task, unsigned worker) {
    // The last rows see the most keys: first things first.
    attend(device.set, a, task / blocks / a.heads, task / blocks % a.heads, (blocks - 1 - task % blocks) * kQueries,
           device.of_worker[worker].at_least(floats));
  });
}

}  // namespace daybreak::kernels::cpu
