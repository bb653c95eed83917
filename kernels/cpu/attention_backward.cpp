// The backward pass recomputes the probabilities from log_sum_exp, block by block (FlashAttention, 2022, algorithm 4).
#include "kernels/cpu/attention_blocks.h"
#include "kernels/cpu/operations.h"

namespace daybreak::kernels::cpu {
namespace {

/// Scratch of one task: one key head of one sequence with all query heads that share it. Rows are [context, padded].
struct Task {
  Task(const daybreak_attention_backward& a, int64_t padded, float* memory) {
    const int64_t rows = a.context * padded;
    for (float** part : {&q, &k, &v, &dout, &dq, &dk, &dv}) {
      *part = memory;
      memory += rows;
    }
    transposed = memory;
    p = transposed + a.head_width * kKeys;
    dp = p + kQueries * kKeys;
    mean = dp + kQueries * kKeys;
  }
  static int64_t floats(const daybreak_attention_backward& a, int64_t padded) {
    return 7 * a.context * padded + a.head_width * kKeys + 2 * kQueries * kKeys + a.context;
  }
  float *q, *k, *v, *dout, *dq, *dk, *dv;
  float *transposed, *p, *dp;  // [head_width, kKeys], [kQueries, kKeys] twice
  float* mean;                 // [context]: of dp under p, which is out_gradient . out
};

class KeyHead {
 public:
  KeyHead(const Loops& loops, const daybreak_attention_backward& arguments, int64_t batch, int64_t kv_head, float* memory)
      : l(loops), a(arguments), batch_(batch), kv_head_(kv_head), row_(batch * a.context), width_(a.head_width),
        padded_(padded_width(loops, a.head_width)), t(a, padded_, memory) {}

  void run() {
    const int64_t group = a.heads / a.kv_heads, place = row_ * a.kv_stride + kv_head_ * width_;
    load_rows(l, a.k, a.type, place, a.kv_stride, a.context, width_, padded_, t.k);
    load_rows(l, a.v, a.type, place, a.kv_stride, a.context, width_, padded_, t.v);
    std::fill_n(t.dk, a.context * padded_, 0.0f);
    std::fill_n(t.dv, a.context * padded_, 0.0f);
    // One query head after the other: their sums have a fixed order.
    for (int64_t head = kv_head_ * group; head < (kv_head_ + 1) * group; ++head) one_head(head);
    write(t.dk, a.k_gradient, place, a.kv_stride);
    write(t.dv, a.v_gradient, place, a.kv_stride);
  }

 private:
  void one_head(int64_t head) {
    const int64_t q_place = row_ * a.q_stride + head * width_, out_place = row_ * a.out_stride + head * width_;
    // dq is free until the blocks begin: it holds the forward result for a moment.
    load_rows(l, a.out, a.out_type, out_place, a.out_stride, a.context, width_, padded_, t.dq);
    load_rows(l, a.out_gradient, a.gradient_type, out_place, a.out_stride, a.context, width_, padded_, t.dout);
    load_rows(l, a.q, a.type, q_place, a.q_stride, a.context, width_, padded_, t.q);
    for (int64_t i = 0; i < a.context; ++i) t.mean[i] = l.dot(t.dq + i * padded_, t.dout + i * padded_, width_);
    std::fill_n(t.dq, a.context * padded_, 0.0f);
    const float* const lse = a.log_sum_exp + (batch_ * a.heads + head) * a.context;
    for (int64_t key = 0; key < a.context; key += kKeys)
      for (int64_t first = key / kQueries * kQueries; first < a.context; first += kQueries) block(first, key, lse);
    write(t.dq, a.q_gradient, q_place, a.q_stride);
  }

  /// Queries [first, ..) against keys [key, ..).
  void block(int64_t first, int64_t key, const float* lse) {
    const int64_t queries = std::min(kQueries, a.context - first), keys = std::min(kKeys, a.context - key);
    const float* const q = t.q + first * padded_;
    const float* const dout = t.dout + first * padded_;
    transpose_keys(t.k + key * padded_, keys, padded_, width_, a.scale, t.transposed);
    l.block_product(queries, kKeys, width_, q, padded_, 1, t.transposed, kKeys, t.p, kKeys, false);
    for (int64_t i = 0; i < queries; ++i) {
      const int64_t count = visible(first + i, key);
      l.exponentials(t.p + i * kKeys, t.p + i * kKeys, lse[first + i], count);
      std::memset(t.p + i * kKeys + count, 0, static_cast<size_t>(kKeys - count) * sizeof(float));
    }
    l.block_product(keys, padded_, queries, t.p, 1, kKeys, dout, padded_, t.dv + key * padded_, padded_, true);
    transpose_keys(t.v + key * padded_, keys, padded_, width_, 1, t.transposed);
    l.block_product(queries, kKeys, width_, dout, padded_, 1, t.transposed, kKeys, t.dp, kKeys, false);
    score_gradients(first, queries, key);
    l.block_product(queries, padded_, keys, t.dp, kKeys, 1, t.k + key * padded_, padded_, t.dq + first * padded_, padded_, true);
    l.block_product(keys, padded_, queries, t.dp, 1, kKeys, q, padded_, t.dk + key * padded_, padded_, true);
  }

  /// dp becomes the gradient of the scores; 0 where the query does not see the key, whatever dp was.
  void score_gradients(int64_t first, int64_t queries, int64_t key) {
    for (int64_t i = 0; i < queries; ++i) {
      const int64_t count = visible(first + i, key);
      float* const dp = t.dp + i * kKeys;
      const float* const p = t.p + i * kKeys;
      const float mean = t.mean[first + i];
      for (int64_t j = 0; j < count; ++j) dp[j] = p[j] * (dp[j] - mean) * a.scale;
      std::memset(dp + count, 0, static_cast<size_t>(kKeys - count) * sizeof(float));
    }
  }

  void write(const float* rows, void* buffer, int64_t place, int64_t stride) {
    for (int64_t i = 0; i < a.context; ++i)
      convert_out(l, rows + i * padded_, buffer, a.gradient_type, place + i * stride, width_);
  }

  const Loops& l;
  const daybreak_attention_backward& a;
  int64_t batch_, kv_head_, row_, width_, padded_;
  Task t;
};

}  // namespace

void Operations::attention_backward(daybreak_device& device, const daybreak_attention_backward& a) {
  for (const daybreak_dtype type : {a.type, a.out_type, a.gradient_type}) element_bytes(type);
  if (a.heads == 0) return;
  const int64_t floats = Task::floats(a, padded_width(device.loops, a.head_width));
  device.threads.for_each(a.batch * a.kv_heads, [&](int64_t task, unsigned worker) {
    KeyHead(device.loops, a, task / a.kv_heads, task % a.kv_heads, device.of_worker[worker].at_least(floats)).run();
  });
}

}  // namespace daybreak::kernels::cpu
