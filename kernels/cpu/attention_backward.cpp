// The backward pass recomputes the probabilities from log_sum_exp, block by block (FlashAttention, 2022, algorithm 4).
#include "kernels/cpu/attention_blocks.h"
#include "kernels/cpu/operations.h"

namespace daybreak::kernels::cpu {
namespace {

/// Scratch of one task: one key head of one sequence with all query heads that share it. Rows are [context, padded].
struct Task {
  Task(const daybreak_attention_backward& a, int64_t padded, float* memory)
      : Task(a.context * padded, a.head_width, memory) {}
  static int64_t floats(const daybreak_attention_backward& a, int64_t padded) {
    return 7 * a.context * padded + a.head_width * kKeys + 2 * kQueries * kKeys + a.context;
  }
  float *q, *k, *v, *dout, *dq, *dk, *dv;
  float *transposed, *p, *dp;  // [head_width, kKeys], [kQueries, kKeys] twice
  float* mean;                 // [context]: of dp under p, which is out_gradient . out

 private:
  Task(int64_t rows, int64_t head_width, float* memory)
      : q(memory),
        k(q + rows),
        v(k + rows),
        dout(v + rows),
        dq(dout + rows),
        dk(dq + rows),
        dv(dk + rows),
        transposed(dv + rows),
        p(transposed + head_width * kKeys),
        dp(p + kQueries * kKeys),
        mean(dp + kQueries * kKeys) {}
};

class KeyHead {
 public:
  KeyHead(const Loops& loops, const daybreak_attention_backward& arguments, int64_t batch, int64_t kv_head,
          float* memory)
      : l_(loops),
        a_(arguments),
        batch_(batch),
        kv_head_(kv_head),
        row_(batch * a_.context),
        width_(a_.head_width),
        padded_(padded_width(loops, a_.head_width)),
        t_(a_, padded_, memory) {}

  void run() {
    const int64_t group = a_.heads / a_.kv_heads;
    const HeadColumns of_kv{a_.type, a_.layout, a_.kv_stride, kv_head_ * width_, width_};
    of_kv.load(l_, a_.k, row_, a_.context, padded_, t_.k);
    of_kv.load(l_, a_.v, row_, a_.context, padded_, t_.v);
    std::fill_n(t_.dk, a_.context * padded_, 0.0f);
    std::fill_n(t_.dv, a_.context * padded_, 0.0f);
    // One query head after the other: their sums have a fixed order.
    for (int64_t head = kv_head_ * group; head < (kv_head_ + 1) * group; ++head) one_head(head);
    const HeadColumns of_gradient{a_.gradient_type, a_.layout, a_.kv_stride, kv_head_ * width_, width_};
    of_gradient.store(l_, t_.dk, padded_, a_.k_gradient, row_, a_.context);
    of_gradient.store(l_, t_.dv, padded_, a_.v_gradient, row_, a_.context);
  }

 private:
  void one_head(int64_t head) {
    const auto columns = [&](daybreak_dtype type, daybreak_layout layout, int64_t stride) {
      return HeadColumns{type, layout, stride, head * width_, width_};
    };
    // dq is free until the blocks begin: it holds the forward result for a moment.
    columns(a_.out_type, a_.out_layout, a_.out_stride).load(l_, a_.out, row_, a_.context, padded_, t_.dq);
    columns(a_.gradient_type, a_.out_layout, a_.out_stride)
        .load(l_, a_.out_gradient, row_, a_.context, padded_, t_.dout);
    columns(a_.type, a_.layout, a_.q_stride).load(l_, a_.q, row_, a_.context, padded_, t_.q);
    for (int64_t i = 0; i < a_.context; ++i) t_.mean[i] = l_.dot(t_.dq + i * padded_, t_.dout + i * padded_, width_);
    std::fill_n(t_.dq, a_.context * padded_, 0.0f);
    const float* const lse = a_.log_sum_exp + (batch_ * a_.heads + head) * a_.context;
    for (int64_t key = 0; key < a_.context; key += kKeys)
      for (int64_t first = key / kQueries * kQueries; first < a_.context; first += kQueries) block(first, key, lse);
    columns(a_.gradient_type, a_.layout, a_.q_stride).store(l_, t_.dq, padded_, a_.q_gradient, row_, a_.context);
  }

  /// Queries [first, ..) against keys [key, ..).
  void block(int64_t first, int64_t key, const float* lse) {
    const int64_t queries = std::min(kQueries, a_.context - first), keys = std::min(kKeys, a_.context - key);
    const float* const q = t_.q + first * padded_;
    const float* const dout = t_.dout + first * padded_;
    transpose_keys(t_.k + key * padded_, keys, padded_, width_, a_.scale, t_.transposed);
    l_.block_product(queries, kKeys, width_, q, padded_, 1, t_.transposed, kKeys, t_.p, kKeys, false);
    for (int64_t i = 0; i < queries; ++i) {
      const int64_t count = visible(first + i, key);
      l_.exponentials(t_.p + i * kKeys, t_.p + i * kKeys, lse[first + i], count);
      std::memset(t_.p + i * kKeys + count, 0, static_cast<size_t>(kKeys - count) * sizeof(float));
    }
    l_.block_product(keys, padded_, queries, t_.p, 1, kKeys, dout, padded_, t_.dv + key * padded_, padded_, true);
    transpose_keys(t_.v + key * padded_, keys, padded_, width_, 1, t_.transposed);
    l_.block_product(queries, kKeys, width_, dout, padded_, 1, t_.transposed, kKeys, t_.dp, kKeys, false);
    score_gradients(first, queries, key);
    l_.block_product(queries, padded_, keys, t_.dp, kKeys, 1, t_.k + key * padded_, padded_, t_.dq + first * padded_,
                     padded_, true);
    l_.block_product(keys, padded_, queries, t_.dp, 1, kKeys, q, padded_, t_.dk + key * padded_, padded_, true);
  }

  /// dp becomes the gradient of the scores; 0 where the query does not see the key, whatever dp was.
  void score_gradients(int64_t first, int64_t queries, int64_t key) {
    for (int64_t i = 0; i < queries; ++i) {
      const int64_t count = visible(first + i, key);
      float* const dp = t_.dp + i * kKeys;
      const float* const p = t_.p + i * kKeys;
      const float mean = t_.mean[first + i];
      for (int64_t j = 0; j < count; ++j) dp[j] = p[j] * (dp[j] - mean) * a_.scale;
      std::memset(dp + count, 0, static_cast<size_t>(kKeys - count) * sizeof(float));
    }
  }

  const Loops& l_;
  const daybreak_attention_backward& a_;
  int64_t batch_, kv_head_, row_, width_, padded_;
  Task t_;
};

void backward_bf16(daybreak_device& device, const AttentionBf16& loops, const daybreak_attention_backward& a) {
  const size_t bytes = loops.backward_bytes(a);
  device.threads.for_each(a.batch * a.kv_heads, [&](int64_t task, unsigned worker) {
    loops.backward(a, task / a.kv_heads, task % a.kv_heads, device.of_worker[worker].bytes_at_least(bytes));
  });
}

}  // namespace

void Operations::attention_backward(daybreak_device& device, const daybreak_attention_backward& a) {
  for (const daybreak_dtype type : {a.type, a.out_type, a.gradient_type}) element_bytes(type);
  if (a.heads == 0) return;
  if (device.set.attention && a.type == DAYBREAK_BF16 && a.out_type == DAYBREAK_BF16 &&
      a.gradient_type == DAYBREAK_BF16)
    return backward_bf16(device, *device.set.attention, a);
  const int64_t floats = Task::floats(a, padded_width(device.loops, a.head_width));
  device.threads.for_each(a.batch * a.kv_heads, [&](int64_t task, unsigned worker) {
    KeyHead(device.loops, a, task / a.kv_heads, task % a.kv_heads, device.of_worker[worker].at_least(floats)).run();
  });
}

}  // namespace daybreak::kernels::cpu
