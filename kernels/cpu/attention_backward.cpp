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
    return 7 * a.context * padded + 2 * a.head_width * kKeys + 2 * kQueries * kKeys + a.context;
  }
  float *q, *k, *v, *dout, *dq, *dk, *dv;
  float *k_panels, *v_panels;  // of kKeys, transposed
  float *p, *dp;               // [kQueries, kKeys]
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
        k_panels(dv + rows),
        v_panels(k_panels + head_width * kKeys),
        p(v_panels + head_width * kKeys),
        dp(p + kQueries * kKeys),
        mean(dp + kQueries * kKeys) {}
};

class KeyHead {
 public:
  KeyHead(const InstructionSet& set, const daybreak_attention_backward& arguments, int64_t batch, int64_t kv_head,
          float* memory)
      : set_(set),
        l_(set.loops),
        a_(arguments),
        batch_(batch),
        kv_head_(kv_head),
        row_(batch * a_.context),
        width_(a_.head_width),
        padded_(padded_width(l_, a_.head_width)),
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
    l_.scale(t_.q, a_.scale, a_.context * padded_);  // and so the scores and dk
    for (int64_t i = 0; i < a_.context; ++i) t_.mean[i] = l_.dot(t_.dq + i * padded_, t_.dout + i * padded_, width_);
    std::fill_n(t_.dq, a_.context * padded_, 0.0f);
    const float* const lse = a_.log_sum_exp + (batch_ * a_.heads + head) * a_.context;
    for (int64_t key = 0; key < a_.context; key += kKeys) {
      const int64_t keys = std::min(kKeys, a_.context - key);
      transpose_keys(set_.f32_tiles, t_.k + key * padded_, keys, padded_, width_, t_.k_panels);
      transpose_keys(set_.f32_tiles, t_.v + key * padded_, keys, padded_, width_, t_.v_panels);
      for (int64_t first = key / kQueries * kQueries; first < a_.context; first += kQueries)
        block(first, key, keys, lse);
    }
    l_.scale(t_.dq, a_.scale, a_.context * padded_);
    columns(a_.gradient_type, a_.layout, a_.q_stride).store(l_, t_.dq, padded_, a_.q_gradient, row_, a_.context);
  }

  /// Queries [first, ..) against keys [key, key + keys).
  void block(int64_t first, int64_t key, int64_t keys, const float* lse) {
    const int64_t queries = std::min(kQueries, a_.context - first);
    const float* const q = t_.q + first * padded_;
    const float* const dout = t_.dout + first * padded_;
    for_each_strip(first, queries, key, keys, [&](int64_t strip, int64_t rows, int64_t seen) {
      score_product(set_, rows, seen, width_, q + strip * padded_, padded_, t_.k_panels, t_.p + strip * kKeys);
      score_product(set_, rows, seen, width_, dout + strip * padded_, padded_, t_.v_panels, t_.dp + strip * kKeys);
    });
    for (int64_t i = 0; i < queries; ++i) {
      const int64_t count = visible(first + i, key);
      l_.exponentials(t_.p + i * kKeys, t_.p + i * kKeys, lse[first + i], count);
      std::memset(t_.p + i * kKeys + count, 0, static_cast<size_t>(kKeys - count) * sizeof(float));
    }
    score_gradients(first, queries, key);
    for_each_strip(first, queries, key, keys, [&](int64_t strip, int64_t rows, int64_t seen) {
      l_.block_product(rows, padded_, seen, t_.dp + strip * kKeys, kKeys, 1, t_.k + key * padded_, padded_,
                       t_.dq + (first + strip) * padded_, padded_, true);
    });
    add_to_keys(first, queries, key, keys, t_.p, dout, t_.dv);
    add_to_keys(first, queries, key, keys, t_.dp, q, t_.dk);
  }

  /// sums[keys] += the transpose of factors[queries, kKeys] times rows[queries]. Strips of keys leave out the queries
  /// before their first key.
  void add_to_keys(int64_t first, int64_t queries, int64_t key, int64_t keys, const float* factors, const float* rows,
                   float* sums) const {
    const int64_t each = visible(first, key) < keys ? kStrip : keys;
    for (int64_t strip = 0; strip < keys; strip += each) {
      const int64_t hidden = std::clamp<int64_t>(key + strip - first, 0, queries);
      l_.block_product(std::min(each, keys - strip), padded_, queries - hidden, factors + hidden * kKeys + strip, 1,
                       kKeys, rows + hidden * padded_, padded_, sums + (key + strip) * padded_, padded_, true);
    }
  }

  /// dp becomes the gradient of the scores before they are scaled; 0 where the query does not see the key, whatever dp was.
  void score_gradients(int64_t first, int64_t queries, int64_t key) {
    for (int64_t i = 0; i < queries; ++i) {
      const int64_t count = visible(first + i, key);
      float* const dp = t_.dp + i * kKeys;
      l_.score_gradients(t_.p + i * kKeys, dp, t_.mean[first + i], count);
      std::memset(dp + count, 0, static_cast<size_t>(kKeys - count) * sizeof(float));
    }
  }

  const InstructionSet& set_;
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
    KeyHead(device.set, a, task / a.kv_heads, task % a.kv_heads, device.of_worker[worker].at_least(floats)).run();
  });
}

}  // namespace daybreak::kernels::cpu
